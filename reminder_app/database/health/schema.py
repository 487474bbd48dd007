"""Are the tables those of this release, and in one alphabet?"""

from collections.abc import Iterator

from reminder_app.database.base import BINARY_TEXT, TABLE_OPTIONS
from reminder_app.database.engine import db
from reminder_app.database.health.findings import BAD, GOOD, WARN, Finding, Look
from reminder_app.database.migrations import drift
from reminder_app.database.migrations.standing import standing

TOLD = 5  # of many differences
COLLATION = TABLE_OPTIONS["mysql_collate"]
OF_DATABASE = (
    "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = DATABASE()"
)
OF_COLUMNS = (
    "SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns "
    "WHERE table_schema = DATABASE() AND collation_name NOT IN (%s, %s) "
    "AND table_name <> 'alembic_version' ORDER BY 1"
)


def migrations(look: Look) -> Iterator[Finding]:
    if look.settings.migrations is None:
        return
    try:
        found = standing()
    except LookupError as error:
        yield Finding("migrations", BAD, f"{error} Run the release that made it, or a newer one.")
        return
    if found.is_at_head:
        yield Finding("migrations", GOOD, f"At the head: {found.head}.", found.current)
    else:
        says = f"{len(found.pending)} are ahead of {found.current or 'an empty database'}: "
        yield Finding("migrations", BAD, f"{says}flask migrations upgrade.", found.current)


def differences(look: Look) -> Iterator[Finding]:
    """Only where the revisions are all there: else everything that is missing would be told twice."""
    if look.settings.migrations is None or not is_at_head():
        return
    found = [str(one) for one in drift.of(look.connection, db.metadata)]
    if found:
        more = f"; and {len(found) - TOLD} more" if len(found) > TOLD else ""
        says = f"The tables are not what the models say: {'; '.join(found[:TOLD])}{more}."
        yield Finding("drift", WARN, says, len(found), "differences")
    else:
        yield Finding("drift", GOOD, "The tables are what the models say.", 0, "differences")


def is_at_head() -> bool:
    try:
        return standing().is_at_head
    except LookupError:
        return False


def collation(look: Look) -> Iterator[Finding]:
    """Columns of two collations are compared without their index, or not at all."""
    if not look.server.is_server:
        return
    default = look.connection.exec_driver_sql(OF_DATABASE).scalar()
    odd = list(look.connection.exec_driver_sql(OF_COLUMNS, (COLLATION, BINARY_TEXT)).scalars())
    if odd:
        says = (
            f"{len(odd)} columns have another collation than {COLLATION}: {', '.join(odd[:TOLD])}."
        )
        yield Finding("collation", BAD, says, len(odd), "columns")
    elif default != COLLATION:
        says = (
            f"New tables would get {default}: ALTER DATABASE `{look.connection.engine.url.database}` "
            f"CHARACTER SET utf8mb4 COLLATE {COLLATION}; or run `flask setup` with DATABASE_ADMIN_URL."
        )
        yield Finding("collation", WARN, says, default)
    else:
        yield Finding("collation", GOOD, f"All text is {COLLATION} or binary.", default)
