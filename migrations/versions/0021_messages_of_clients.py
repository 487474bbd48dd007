"""What was sent before 0015 knows its contact too: the one that has the address now"""

from reminder_app.database.migrations import chunks

revision = "0021_messages_of_clients"
down_revision = "0020_endpoints"
branch_labels = None
depends_on = None

SAFE = {"has-no-way-back": "whom a message went to stays true; 0015 takes the column away"}


def upgrade() -> None:
    chunks.update(
        "deliveries",
        "contact_id = (SELECT contacts.id FROM contacts WHERE "
        "contacts.workspace_id = deliveries.workspace_id AND contacts.email = deliveries.address)",
        "source_kind = 'reminder' AND contact_id IS NULL",
    )


def downgrade() -> None:
    pass
