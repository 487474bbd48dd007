"""All that this layer is told. It reads no environment: whoever lifts it out fills this in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from reminder_app.database.errors import Taken, Unreadable


@dataclass(frozen=True)
class DatabaseSettings:
    """An empty text or sequence switches its part off. Times are seconds unless the name says else."""

    url: str
    direct_url: str = ""  # past any proxy, for migrations; `url` without it
    admin_url: str = field(default="", repr=False)  # who may make databases and accounts
    application_name: str = "flask"
    migrations: Path | None = None  # the folder of Alembic; no `flask db` without it
    is_production: bool = False
    # How this layer refuses, each called as (message, field=sentence): the application's own errors.
    conflict: Callable[..., Exception] = Taken
    invalid: Callable[..., Exception] = Unreadable

    # One process's pool. `processes` is how many of them may fill theirs; `lesser_processes` want a few
    # connections at the most; `processes_told` names all of them, for whoever reads of their sum.
    pool_size: int = 5
    max_overflow: int = 10
    pool_timeout: float = 5
    pool_recycle: int = 1800
    processes: int = 1
    lesser_processes: int = 0
    processes_told: str = ""
    leak_seconds: float = 60  # a connection out longer than this is reported, once
    lock_wait_seconds: int = 5
    statement_seconds: float = 20  # 0: without end

    ssl_ca: str = ""
    # Gives the URL anew, with the password of today: asked when the server refuses ours.
    url_again: Callable[[], str] | None = None

    read_urls: Sequence[str] = ()
    writer_hosts: Sequence[str] = ()  # host:port, looked through when the writer is lost
    max_lag: float = 5
    probe_seconds: float = 1  # how often replicas are looked at; 0: only when somebody asks
    shared_tables: Sequence[
        str
    ] = ()  # who may do what: their last write holds for everybody's reads

    # The first seals secrets in rows, the others, former ones, only open.
    data_keys: Sequence[str] = field(default=(), repr=False)

    redis_url: str = ""
    cache: bool = True
    monitor: bool = True
    monitor_seconds: float = 10  # between two writings of its figures; 0: only when somebody asks
    monitor_repeats: int = 10  # times that one request asks the same before it is told; 0: never
    monitor_url: str = field(default="", repr=False)  # an account that may only explain
    slow_ms: float = 200
    backup_path: Path | None = None
    # A folder of files that rows name, each under the SHA-256 of what is in it, as ab/abcd…: they go along.
    backup_files: Path | None = None
    backup_key: str = field(default="", repr=False)
    # Former ones: they only open.
    backup_key_fallbacks: Sequence[str] = field(default=(), repr=False)
    backup_url: str = field(default="", repr=False)  # an account that may dump, and read the log
    backup_keep: tuple[int, int, int] = (7, 5, 12)  # the last of so many days, weeks, months
    restore_test_url: str = field(default="", repr=False)  # empty: a server on this machine
    programs: Path | None = None  # the folder of the server's own tools; PATH without it
    disk_bytes: int = 0  # of the server's disk; 0: as this machine sees it, if it does
    long_transaction_seconds: float = 300
    end_long_transactions: bool = False  # else they are only told
    flask_command: Sequence[str] = ()  # starts `flask` in a process of its own, for heavy jobs
    audit: bool = True

    # First rows, each put in by its natural key, so that a second time changes nothing; in words.
    seeds: Sequence[Callable[[], str]] = ()

    @property
    def migrations_url(self) -> str:
        return self.direct_url or self.url

    def patient(self) -> Self:
        """For what may take hours: an index on a large table, a backup."""
        return replace(self, statement_seconds=0, leak_seconds=0)
