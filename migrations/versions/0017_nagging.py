"""Nagging, escalation, quiet hours and digests"""

import sqlalchemy as sa

from reminder_app.database import base as columns
from reminder_app.database import ddl

revision = "0017_nagging"
down_revision = "0016_firms"
branch_labels = None
depends_on = None

OF_USERS = {
    "quiet": sa.JSON(none_as_null=True),
    "digest": sa.JSON(none_as_null=True),
    "digest_next": columns.UtcDateTime(),
}
OF_REMINDERS = {
    "repeat_after": sa.String(8),
    "pause_until": columns.UtcDateTime(),
    "nag": sa.JSON(none_as_null=True),
    "escalate_after": sa.Integer(),
    "escalate_user_id": columns.Uuid(length=16),
    "escalate_contact_id": columns.Uuid(length=16),
}
MOMENTS = ("nag_at", "escalate_at", "escalated_at", "taken_at", "handed_back_at")


def upgrade() -> None:
    for name, kind in OF_USERS.items():
        ddl.add_column("users", sa.Column(name, kind))
    ddl.create_index("ix__users__digest_next", "users", ["digest_next"])
    for name, kind in OF_REMINDERS.items():
        ddl.add_column("reminders", sa.Column(name, kind))
    for name in MOMENTS:
        ddl.add_column("occurrences", sa.Column(name, columns.UtcDateTime()))
    nags = sa.Column("nags", sa.Integer(), nullable=False, server_default="0")
    ddl.add_column("occurrences", nags)
    ddl.add_column("occurrences", sa.Column("taken_name", sa.String(120)))


def downgrade() -> None:
    for name in ("taken_name", "nags", *reversed(MOMENTS)):
        ddl.drop_column("occurrences", name)
    for name in reversed(OF_REMINDERS):
        ddl.drop_column("reminders", name)
    ddl.drop_index("ix__users__digest_next", "users")
    for name in reversed(OF_USERS):
        ddl.drop_column("users", name)
