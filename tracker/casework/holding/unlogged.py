"""What no field may take: the content of a log. An address of the internet protocol is the plainest sign of it."""

import ipaddress
import re
import unicodedata

from tracker.law import N_

LOG_CONTENT = N_("IPアドレスが書かれています。通信履歴の中身は、ここに書けません。消してから記録してください。")

# Whatever could be an address: digits between dots, or hexadecimal groups between colons.
# A time (10:30) or a date with dots (2026.11.20) is caught here too, and let go by ipaddress.
_RUNS = re.compile(r"(?<![0-9A-Za-z.])\d{1,3}(?:\.\d{1,3}){3}(?![0-9A-Za-z]|\.\d)")
_COLONS = re.compile(r"(?<![0-9A-Za-z:])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")


def has_log_content(text: str | None) -> bool:
    """Whether an IP address, of version 4 or 6, stands in the text: the content of a log, which Kigen never takes.

    Full-width digits are read like plain ones, and an address inside a URL or before a port counts too.
    """
    plain = unicodedata.normalize("NFKC", text or "")
    return any(_is_address(run) for pattern in (_RUNS, _COLONS) for run in pattern.findall(plain))


def _is_address(run: str) -> bool:
    for candidate in (run, run.rstrip(".:")):
        try:
            address = ipaddress.ip_address(candidate)
        except ValueError:
            continue
        # "::" alone is two colons somebody typed, and no address of anybody.
        return address.version == 4 or int(address) != 0
    return False
