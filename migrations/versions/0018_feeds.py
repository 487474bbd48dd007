"""Calendar feeds"""

revision = "0018_feeds"
down_revision = "0017_nagging"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
