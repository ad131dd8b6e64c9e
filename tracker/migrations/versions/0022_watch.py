"""The night watch: memos to staff, the alerts that they carry, who has taken what."""

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
