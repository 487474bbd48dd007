"""Imports"""

revision = "0019_imports"
down_revision = "0018_feeds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
