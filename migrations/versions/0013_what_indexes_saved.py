"""Whether an index paid off: time and rows of all calls before it and since"""

import sqlalchemy as sa

from reminder_app.database import ddl

revision = "0013_what_indexes_saved"
down_revision = "0012_accounts_beside"
branch_labels = None
depends_on = None

TABLE = "index_advice"
COLUMNS = {
    "seconds_before": sa.Double(),
    "seconds_after": sa.Double(),
    "rows_before": sa.BigInteger(),
    "rows_after": sa.BigInteger(),
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        ddl.add_column(TABLE, sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name in COLUMNS:
        ddl.drop_column(TABLE, name)
