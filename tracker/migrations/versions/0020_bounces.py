"""Mail that came back: what was read from the mailbox of bounces, each once."""

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
