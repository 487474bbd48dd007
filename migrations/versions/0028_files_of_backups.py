"""How many files went along with a backup, how large they are, and how many are damaged on the disk"""

import sqlalchemy as sa

from reminder_app.database import ddl

revision = "0028_files_of_backups"
down_revision = "0027_gateways"
branch_labels = None
depends_on = None

COLUMNS = ("file_count", "file_bytes", "files_damaged")


def upgrade() -> None:
    for name in COLUMNS:
        ddl.add_column("backups", sa.Column(name, sa.BigInteger()))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        ddl.drop_column("backups", name)
