"""When a payload began to be kept, how far a deleted reminder is planned, the series of one time"""

import sqlalchemy as sa
from alembic import op

from reminder_app.database import base as columns

revision = "0002_what_is_kept"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None

SAFE = {
    "rows-at-once": "ran before there was a release: every database of today was made by it empty",
    "mixes-rows-and-schema": "ran before there was a release",
    "stops-half-way": "ran before there was a release",
}

INDEX = "ix__deliveries__is_secret_payload_since"


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("payload_since", columns.UtcDateTime(), nullable=True))
    op.execute("UPDATE deliveries SET payload_since = updated_at WHERE payload IS NOT NULL")
    op.create_index(INDEX, "deliveries", ["is_secret", "payload_since"])
    op.add_column("reminders", sa.Column("planned_until", columns.UtcDateTime(), nullable=True))
    op.add_column("reminders", sa.Column("series_id", columns.Uuid(length=16), nullable=True))


def downgrade() -> None:
    op.drop_column("reminders", "series_id")
    op.drop_column("reminders", "planned_until")
    op.drop_index(INDEX, table_name="deliveries")
    op.drop_column("deliveries", "payload_since")
