"""Push subscriptions, webhooks and other channels"""

revision = "0020_endpoints"
down_revision = "0019_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
