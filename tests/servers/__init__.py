"""Real servers for the tests. What each test run needs is started by it and dies with it."""

from tests.servers.chosen import database_url
from tests.servers.databases import DatabaseServer
from tests.servers.mariadb import MariaDB
from tests.servers.mysql import MySQL
from tests.servers.process import DidNotStart, MissingProgram, Server
from tests.servers.redis import Redis
from tests.servers.smtp import SmtpSink

__all__ = [
    "DatabaseServer",
    "DidNotStart",
    "MariaDB",
    "MissingProgram",
    "MySQL",
    "Redis",
    "Server",
    "SmtpSink",
    "database_url",
]
