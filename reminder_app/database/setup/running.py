"""From an empty server to one that is at work, step by step; every step may be run again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import flask_migrate
from sqlalchemy import make_url

from reminder_app.database import capabilities
from reminder_app.database.administrator import administrator, connected, make_database
from reminder_app.database.engine import connect_to, db, settings_of
from reminder_app.database.health import report
from reminder_app.database.health.findings import BAD, WARN
from reminder_app.database.migrations.standing import standing
from reminder_app.database.setup import accounts, server
from reminder_app.database.setup.server import CannotSetUp

Tell = Callable[[str], object]
AS_THEY_ARE = "as they are: set DATABASE_ADMIN_URL for this command, and they are made"


@dataclass(frozen=True)
class Step:
    name: str
    became: str


def steps(wait: float, host: str, tell: Tell) -> Iterator[Step]:
    """Each once it is done. Raises CannotSetUp, which says what to do."""
    if capabilities.of_name(db.engine.dialect.name).is_server:
        yield from on_server(wait, host, tell)
    else:
        yield Step("database", f"a file: {db.engine.url.database}")
        yield migrated(tell)
    yield from seeded()
    yield verified()


def on_server(wait: float, host: str, tell: Tell) -> Iterator[Step]:
    settings = settings_of()
    if not settings.admin_url:
        yield Step("server", server.wait_for(settings.migrations_url, settings, wait, tell))
        yield Step("database and accounts", AS_THEY_ARE)
        yield migrated(tell)
        return
    admin, database = administrator(settings), str(make_url(settings.url).database)
    yield Step("server", server.wait_for(admin, settings, wait, tell))
    named = accounts_of_settings()
    with connected(admin, settings) as connection:
        yield Step("database", f"{database}: {make_database(connection, database)}")
        kind, by_pattern = capabilities.of(connection).name, server.grants_by_pattern(connection)
        for one in named:
            server.run(connection, accounts.making(one, host, bool(settings.ssl_ca)))
            rights = accounts.rights(one, host, kind, database, by_pattern=by_pattern)
            server.run(connection, rights)
            yield Step("account", f"{one.user}: {', '.join(one.work)}")
    yield migrated(tell)
    with connected(admin, settings) as connection:
        tables = server.tables_of(connection, database)
        for one in named:
            server.run(connection, accounts.rights_on_tables(one, host, database, tables))
    yield Step("rights", f"the application's, on {len(tables)} tables")


def accounts_of_settings() -> list[accounts.Account]:
    try:
        return accounts.named(settings_of())
    except ValueError as error:
        raise CannotSetUp(str(error)) from error


def migrated(tell: Tell) -> Step:
    before = standing_or_refuse()
    if not before:
        return Step("tables", "at the head already")
    tell(f"{before} revisions to go")
    flask_migrate.upgrade()
    return Step("tables", f"{before} revisions applied")


def standing_or_refuse() -> int:
    """How many are ahead. The application's own account may have no right to a table yet."""
    settings = settings_of()
    engine = connect_to(settings.migrations_url, settings, "setup")
    try:
        return len(standing(engine).pending)
    except LookupError as error:
        raise CannotSetUp(f"{error} Run the release that made it, or a newer one.") from error
    finally:
        engine.dispose()


def seeded() -> Iterator[Step]:
    for seed in settings_of().seeds:
        yield Step("first rows", seed())


def verified() -> Step:
    """Raises CannotSetUp where something is broken: what was done so far stays."""
    found = report.quick()
    broken = [f"{one.name}: {one.says}" for one in found.findings if one.level == BAD]
    if broken:
        raise CannotSetUp("It is set up, and something is broken. " + " ".join(broken))
    looks = [f"{one.name}: {one.says}" for one in found.findings if one.level == WARN]
    return Step("verified", " Wants a look: ".join([f"{len(found.findings)} checks.", *looks]))
