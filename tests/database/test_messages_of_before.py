"""The revision that tells messages of before whom they went to."""

from sqlalchemy import text

from reminder_app.database import db
from tests.database.migrating import down, empty_database, fill, rows, up


def test_a_message_finds_the_contact_that_has_its_address(tmp_path):
    with empty_database(tmp_path):
        up("0020_endpoints")
        fill()
        with db.engine.execution_options(unaudited=True).begin() as connection:
            connection.execute(
                text("UPDATE contacts SET email = 'ann@example.org' WHERE email = '1'")
            )
            connection.execute(
                text("UPDATE deliveries SET contact_id = NULL, source_kind = 'reminder'")
            )
            connection.execute(
                text("UPDATE deliveries SET address = 'ann@example.org' WHERE address = '1'")
            )
            connection.execute(text("UPDATE deliveries SET address = 'nobody' WHERE address = '2'"))
            connection.execute(
                text("UPDATE deliveries SET source_kind = 'invitation' WHERE address = '3'")
            )
        up("0021_messages_of_clients")
        found = {row["address"]: row["contact_id"] for row in rows(["deliveries"])["deliveries"]}
        down("base")

    assert found == {"ann@example.org": b"\x01" * 16, "nobody": None, "3": None}
