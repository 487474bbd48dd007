"""What a firm says to its clients"""

import sqlalchemy as sa

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0016_firms"
down_revision = "0015_clients"
branch_labels = None
depends_on = None

AMOUNT = sa.Numeric(12, 2).with_variant(sa.String(13), "sqlite")
OF_REMINDERS = [
    ("kind", sa.String(10), "personal"),
    ("currency", sa.String(3), ""),
    ("link", sa.String(1000), ""),
    ("reference", sa.String(140), ""),
]


def upgrade() -> None:
    for name, kind, default in OF_REMINDERS:
        column = sa.Column(name, kind, nullable=False, server_default=default)
        ddl.add_column("reminders", column)
    ddl.add_column("reminders", sa.Column("amount", AMOUNT))
    ddl.add_column("reminders", sa.Column("changed_by", columns.Uuid(length=16)))


def downgrade() -> None:
    ddl.drop_column("reminders", "changed_by")
    ddl.drop_column("reminders", "amount")
    for name, *_ in reversed(OF_REMINDERS):
        ddl.drop_column("reminders", name)
