"""発信者に渡すシステム: letters to senders whose address only the platform knows go to its own system, which answers.

The contract is docs/senders/openapi.yaml. A letter as it would be mailed, and the account; nothing of the claimant.
"""
