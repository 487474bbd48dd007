"""What each server can do and how it is asked: the one place where their differences live.

`of(engine)` gives the row of the server behind it. What a server cannot do at all is in `lacks`, with
the sentence that pages and commands show instead: nothing is passed over in silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Engine

Version = tuple[int, ...]
# super_read_only sets read_only as well; the second is what Aurora's readers have.
IS_READ_ONLY = "SELECT @@global.read_only OR @@global.innodb_read_only"


@dataclass(frozen=True)
class Capabilities:
    name: str  # sqlite | mariadb | mysql
    version: Version = ()
    lacks: Mapping[str, str] = field(default_factory=dict)  # part -> what is done instead

    # Statements
    insert_returning: bool = False
    insert_missing: str = "ON DUPLICATE KEY UPDATE id = id"
    skip_locked: bool = True
    placeholder: str = "%s"  # of the driver, in statements that are written out

    # Time limits of a statement. {seconds}, {ms}; an assignment for SET.
    statement_limit: str = ""
    statement_limit_covers: str = "nothing"
    statement_limit_errno: int = 0
    lock_wait: str = "innodb_lock_wait_timeout={seconds:.0f}"
    connection_id: str = "SELECT CONNECTION_ID()"
    utc_now: str = "SELECT UTC_TIMESTAMP(6)"

    # Plans
    explain: str = "EXPLAIN FORMAT=JSON"
    explain_has_cost: bool = False
    explain_analyze: str = ""
    hidden_index: str = ""  # the word in CREATE/ALTER; empty: there are none
    try_hidden_index: str = ""  # makes this session use them

    # Replication: {token}, {seconds}; the wait gives 0 when the replica has it.
    commit_token: str = ""
    wait_for_token: str = ""
    position: str = ""  # all that this server has committed
    identity: str = ""  # two addresses that tell the same are one server
    read_only_variables: tuple[str, ...] = ()
    is_read_only: str = ""  # asked of a new connection, before its server's kind is known
    read_only_session: str = "SET SESSION TRANSACTION READ ONLY"
    binlog_position: str = ""
    replica_status: str = ""

    # What the server knows of itself
    blocked: str = ""  # statement: waiting and blocking connection ids
    kill: str = "KILL {id}"
    kill_query: str = "KILL QUERY {id}"
    digest_has_quantiles: bool = False
    isolation_variable: str = ""
    check_violation: int = 0

    # DDL
    partitions: bool = True
    instant_ddl: bool = True
    # Of {table}, as 'database/table': how many of its 64 instant changes are used up. Empty: no limit.
    instant_changes_used: str = ""
    json_is_text: bool = False  # and is listed as LONGTEXT
    quotes_defaults: bool = False  # in information_schema.columns: 'Rex', not Rex
    transactional_ddl: bool = False
    functional_index: bool = False
    fresh_table_statistics: str = ""  # before information_schema.tables is read

    # Programs
    dump: tuple[str, ...] = ()
    binlog_reader: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    daemon: tuple[str, ...] = ()

    @property
    def is_server(self) -> bool:
        """Others connect over a network: it has accounts, TLS, and limits on connections."""
        return self.name != "sqlite"

    def limit_statements(self, seconds: float) -> str:
        """The assignment for SET; empty where the server has no such limit."""
        return self.statement_limit.format(seconds=seconds, ms=round(seconds * 1000))

    def version_text(self) -> str:
        return ".".join(str(part) for part in self.version)


SQLITE = Capabilities(
    name="sqlite",
    lacks={
        "partitions": "SQLite has no partitions: old rows are removed in chunks.",
        "replicas": "SQLite is one file: there is no replica to read from and none to fail over to.",
        "statement limit": "SQLite has no time limit of its own: a statement runs to its end.",
        "server statistics": "SQLite counts no statements: the figures are what the application saw.",
        "whole times": "SQLite looks for rows while they are fetched: the time of a SELECT is that of "
        "its first row, and how many it gave is not told.",
        "connections": "SQLite has no connections of others to list or to end.",
        "accounts": "SQLite has no accounts: who may read the file may do everything.",
        "tls": "SQLite is a file on this machine: nothing goes over a network.",
        "point in time": "SQLite keeps no log of changes: a restore goes back to a backup.",
        "hidden index": "SQLite has no hidden indexes: advice is proven on a copy.",
        "online ddl": "SQLite makes a table anew to change it, and writers wait.",
    },
    insert_returning=True,
    insert_missing="ON CONFLICT DO NOTHING",
    skip_locked=False,
    placeholder="?",
    lock_wait="",
    connection_id="",
    utc_now="SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')",
    read_only_session="PRAGMA query_only=ON",
    explain="EXPLAIN QUERY PLAN",
    kill="",
    kill_query="",
    partitions=False,
    instant_ddl=False,
    transactional_ddl=True,
    functional_index=True,
    client=("sqlite3",),
)
MARIADB = Capabilities(
    name="mariadb",
    lacks={
        "quantiles": "MariaDB's digests have no quantiles: p95 is what the application saw.",
        "plan cost": "MariaDB's JSON plan names no cost: rows and access are compared.",
        "try hidden index": "MariaDB cannot use an ignored index for one session: advice is proven "
        "on a sample of the table.",
    },
    insert_returning=True,
    statement_limit="max_statement_time={seconds:.3f}",
    statement_limit_covers="every statement",
    statement_limit_errno=1969,
    explain_analyze="ANALYZE FORMAT=JSON",
    hidden_index="IGNORED",
    commit_token="SELECT @@last_gtid",  # noqa: S106 - a position, no secret
    wait_for_token="SELECT MASTER_GTID_WAIT({token}, {seconds})",  # noqa: S106
    position="SELECT @@gtid_current_pos",
    identity="SELECT CONCAT_WS('/', @@hostname, @@port, @@server_id)",
    read_only_variables=("read_only", "innodb_read_only"),
    is_read_only=IS_READ_ONLY,
    binlog_position="SHOW MASTER STATUS",
    replica_status="SHOW SLAVE STATUS",
    blocked=(
        "SELECT r.trx_mysql_thread_id, b.trx_mysql_thread_id FROM information_schema.innodb_lock_waits w "
        "JOIN information_schema.innodb_trx r ON r.trx_id = w.requesting_trx_id "
        "JOIN information_schema.innodb_trx b ON b.trx_id = w.blocking_trx_id"
    ),
    isolation_variable="tx_isolation",
    json_is_text=True,
    quotes_defaults=True,
    check_violation=4025,
    dump=("mariadb-dump", "mysqldump"),
    binlog_reader=("mariadb-binlog", "mysqlbinlog"),
    client=("mariadb", "mysql"),
    daemon=("mariadbd",),
)
MYSQL = Capabilities(
    name="mysql",
    lacks={
        "writes with a limit": "MySQL limits the time of SELECT alone: a long UPDATE is ended by "
        "the killer of long transactions.",
    },
    statement_limit="max_execution_time={ms}",
    statement_limit_covers="SELECT",
    statement_limit_errno=3024,
    explain_has_cost=True,
    explain_analyze="EXPLAIN ANALYZE",
    hidden_index="INVISIBLE",
    try_hidden_index="SET SESSION optimizer_switch='use_invisible_indexes=on'",
    commit_token="SELECT @@global.gtid_executed",  # noqa: S106 - a position, no secret
    wait_for_token="SELECT WAIT_FOR_EXECUTED_GTID_SET({token}, {seconds})",  # noqa: S106
    position="SELECT @@global.gtid_executed",
    identity="SELECT @@server_uuid",
    read_only_variables=("read_only", "super_read_only", "innodb_read_only"),
    is_read_only=IS_READ_ONLY,
    binlog_position="SHOW BINARY LOG STATUS",
    replica_status="SHOW REPLICA STATUS",
    blocked="SELECT waiting_pid, blocking_pid FROM sys.innodb_lock_waits",
    digest_has_quantiles=True,
    isolation_variable="transaction_isolation",
    instant_changes_used=(
        "SELECT total_row_versions FROM information_schema.innodb_tables "
        "WHERE name = CONCAT(DATABASE(), '/', :table)"
    ),
    check_violation=3819,
    functional_index=True,
    fresh_table_statistics="SET SESSION information_schema_stats_expiry=0",
    dump=("mysqldump",),
    binlog_reader=("mysqlbinlog",),
    client=("mysql",),
    daemon=("mysqld",),
)
# Before 8.2 the old words only; after 8.4 the new ones only.
OLD_MYSQL_WORDS: dict[str, Any] = {"binlog_position": "SHOW MASTER STATUS"}


def of(source: Engine | Connection) -> Capabilities:
    """Asks the server once an engine, at its first connection; afterwards it costs a look-up."""
    dialect: Any = source.dialect
    known: Capabilities | None = dialect.__dict__.get("capabilities")
    if known is None:
        if getattr(dialect, "server_version_info", None) is None and isinstance(source, Engine):
            with source.connect():
                pass  # the dialect learns the version at its first connection
        known = dialect.capabilities = row_of(dialect)
    return known


def greeted(server: str) -> Capabilities:
    """By the version in its greeting, before anything was asked."""
    return MARIADB if "mariadb" in server.lower() else MYSQL


def of_name(dialect_name: str) -> Capabilities:
    """Without a server to ask: only whether it is SQLite is certain."""
    return SQLITE if dialect_name == "sqlite" else MYSQL


def row_of(dialect: Any) -> Capabilities:
    if dialect.name == "sqlite":
        return replace(SQLITE, version=tuple(dialect.dbapi.sqlite_version_info))
    version = plain(dialect.server_version_info)
    if dialect.is_mariadb:
        return replace(MARIADB, version=version)
    row = replace(MYSQL, version=version)
    return replace(row, **OLD_MYSQL_WORDS) if version < (8, 2) else row


def plain(version: tuple[Any, ...]) -> Version:
    """10.11.19, of what may end in 'MariaDB'."""
    return tuple(part for part in version if isinstance(part, int))[:3]
