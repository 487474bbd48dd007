"""Whom mail comes from: sender identities, and workspaces' own mail servers"""

revision = "0014_senders"
down_revision = "0013_what_indexes_saved"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
