"""Nagging, escalation, quiet hours and digests"""

revision = "0017_nagging"
down_revision = "0016_firms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
