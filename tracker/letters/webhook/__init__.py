"""Webhooks: an address that somebody typed, the one machine it may lead to, one POST, and what its answer means."""

from tracker.letters.webhook.address import Forbidden, Target, target
from tracker.letters.webhook.deliver import Heard, deliver
from tracker.letters.webhook.signing import is_signed, new_secret, signed

__all__ = ["Forbidden", "Heard", "Target", "deliver", "is_signed", "new_secret", "signed", "target"]
