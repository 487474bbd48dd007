"""So many times a week or month, and each person's own moments of the day"""

import sqlalchemy as sa

from reminder_app.database import ddl

revision = "0025_so_often"
down_revision = "0024_tellings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    ddl.add_column("reminders", sa.Column("times_per", sa.String(10)))
    ddl.add_column("users", sa.Column("moments", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    ddl.drop_column("users", "moments")
    ddl.drop_column("reminders", "times_per")
