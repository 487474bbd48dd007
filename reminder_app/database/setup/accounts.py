"""Who may do what on the server: an account for each kind of work, with that work's rights alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import URL, make_url

from reminder_app.database.administrator import identifier
from reminder_app.database.audit import grants
from reminder_app.database.settings import DatabaseSettings

APP, READER, MIGRATOR, MONITOR, BACKUP = "application", "reader", "migrator", "monitor", "backup"
TABLES = {
    READER: "SELECT",
    MIGRATOR: "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES",
    MONITOR: "SELECT, CREATE TEMPORARY TABLES",  # it tries indexes on a sample of its own
    BACKUP: "SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT",
}
# MariaDB took REPLICATION CLIENT apart.
SERVER = {
    "mysql": {
        MIGRATOR: "PROCESS",
        READER: "REPLICATION CLIENT",
        MONITOR: "PROCESS, REPLICATION CLIENT",
        BACKUP: "REPLICATION CLIENT, REPLICATION SLAVE",
    },
    "mariadb": {
        MIGRATOR: "PROCESS",
        READER: "SLAVE MONITOR",
        MONITOR: "PROCESS, BINLOG MONITOR, SLAVE MONITOR",
        BACKUP: "BINLOG MONITOR, REPLICATION SLAVE",
    },
}


@dataclass
class Account:
    """One that the settings name; several kinds of work may share it."""

    user: str
    password: str = field(repr=False)
    work: list[str] = field(default_factory=list)

    def at(self, host: str) -> str:
        return f"{quoted(self.user)}@{quoted(host)}"


def named(settings: DatabaseSettings) -> list[Account]:
    """Of all URLs in the settings, in the order of their work. Raises ValueError."""
    urls: dict[str, Iterable[str]] = {
        APP: [settings.url],
        READER: settings.read_urls,
        MIGRATOR: [settings.migrations_url],
        MONITOR: [settings.monitor_url],
        BACKUP: [settings.backup_url],
    }
    found: dict[str, Account] = {}
    for work, given in urls.items():
        for url in map(make_url, filter(None, given)):
            add(found, work, url)
    return list(found.values())


def add(found: dict[str, Account], work: str, url: URL) -> None:
    user, password = url.username or "", str(url.password or "")
    if not user or not password:
        raise ValueError(f"The account of the {work} has no name or no password in its URL.")
    known = found.setdefault(user, Account(user, password))
    if known.password != password:
        raise ValueError(f"{user} has two different passwords in the settings: use one.")
    if work not in known.work:
        known.work.append(work)


def making(account: Account, host: str, with_tls: bool) -> list[str]:
    """Made or brought up to date: the password is the one of the settings."""
    name = account.at(host)
    secret = f"IDENTIFIED BY {quoted(account.password)}"
    tls = " REQUIRE SSL" if with_tls else ""
    return [
        f"CREATE USER IF NOT EXISTS {name} {secret}{tls}",
        f"ALTER USER {name} {secret}{tls}",
    ]


def rights(
    account: Account, host: str, server: str, database: str, *, by_pattern: bool = True
) -> list[str]:
    """All but the application's, which are for tables that are made only later.

    A GRANT takes _ and % in a database's name for any letters, and a neighbour's name may fit; not
    on a MySQL with partial_revokes.
    """
    where = database.replace("_", "\\_").replace("%", "\\%") if by_pattern else database
    name = account.at(host)
    granted: Mapping[str, list[str]] = defaultdict(list)
    for work in account.work:
        if work in TABLES:
            granted[f"{identifier(where)}.*"].append(TABLES[work])
        if work in SERVER[server]:
            granted["*.*"].append(SERVER[server][work])
        if work == MONITOR:
            granted["performance_schema.*"].append("SELECT")
            if server == "mysql":  # the view that names whom one waits for
                granted["sys.*"].append("SELECT, EXECUTE")
    return [f"GRANT {', '.join(rights)} ON {what} TO {name}" for what, rights in granted.items()]


def rights_on_tables(
    account: Account, host: str, database: str, tables: Iterable[str]
) -> list[str]:
    """The application's: what is granted on a whole database cannot be taken back for one table."""
    if APP not in account.work:
        return []
    return grants.statements(database, tables, account.at(host))


def quoted(text: str) -> str:
    """As a string of the server's. What was written down in a log of its own is the operator's."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
