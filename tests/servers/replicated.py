"""A primary and its replicas, by GTID; what was acknowledged is on a replica (semi-synchronous)."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

import pymysql
from pymysql.cursors import DictCursor

from tests.servers.databases import CHARACTERS, DatabaseServer
from tests.servers.mariadb import MariaDB
from tests.servers.mysql import MySQL

HOST = "127.0.0.1"
CATCH_UP_SECONDS = 20


class Node(DatabaseServer):
    """One of them. The words for replication differ: each kind says its own."""

    number = 0

    def is_ready(self) -> bool:
        """Nothing is written to find out: a write of its own would part a replica from its primary."""
        try:
            self.execute("SELECT 1")
        except pymysql.err.OperationalError:
            return False
        return True

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def url_for(self, user: str) -> str:
        return f"mysql+pymysql://{user}@{self.address}/app?charset=utf8mb4"

    def row(self, statement: str) -> dict[str, Any]:
        with self.connect() as connection, connection.cursor(DictCursor) as cursor:
            cursor.execute(statement)
            return cursor.fetchone() or {}

    def is_applied(self, gtids: str, seconds: float = CATCH_UP_SECONDS) -> bool:
        raise AssertionError("each kind has its own")

    def position(self) -> str:
        """What it has committed."""
        raise AssertionError("each kind has its own")

    def follow(self, primary: "Node") -> None:
        raise AssertionError("each kind has its own")

    def has_applied_all(self) -> bool:
        """Of what it received; it receives no more from now on."""
        raise AssertionError("each kind has its own")

    def promote(self) -> None:
        """To take writes."""
        raise AssertionError("each kind has its own")

    def stop_applying(self) -> None:
        raise AssertionError("each kind has its own")

    def go_on_applying(self) -> None:
        raise AssertionError("each kind has its own")

    def wait_for_replicas(self, is_on: bool) -> None:
        """A commit is answered when a replica has it."""
        raise AssertionError("each kind has its own")


class MariaDBNode(Node, MariaDB):
    def shared_options(self) -> list[str]:
        return [
            *super().shared_options(),
            f"--server-id={self.number}",
            "--log-bin=binlog",
            "--binlog-format=ROW",
            "--gtid-strict-mode=ON",
            "--log-slave-updates=ON",
            "--relay-log=relay",
            "--rpl-semi-sync-master-wait-point=AFTER_SYNC",
            "--rpl-semi-sync-master-timeout=60000",
            "--rpl-semi-sync-slave-enabled=ON",
        ]

    def position(self) -> str:
        return str(self.execute("SELECT @@gtid_current_pos")[0][0])

    def is_applied(self, gtids: str, seconds: float = CATCH_UP_SECONDS) -> bool:
        return self.execute(f"SELECT MASTER_GTID_WAIT('{gtids}', {seconds})") == [(0,)]

    def follow(self, primary: Node) -> None:
        self.execute(
            "STOP SLAVE",
            "SET GLOBAL read_only=ON",
            f"CHANGE MASTER TO MASTER_HOST='{HOST}', MASTER_PORT={primary.port}, "
            "MASTER_USER='repl', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1",
            "START SLAVE",
        )

    def has_applied_all(self) -> bool:
        self.execute("STOP SLAVE IO_THREAD")
        return self.is_applied(self.row("SHOW SLAVE STATUS")["Gtid_IO_Pos"])

    def promote(self) -> None:
        self.execute("STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only=OFF")

    def stop_applying(self) -> None:
        self.execute("STOP SLAVE SQL_THREAD")

    def go_on_applying(self) -> None:
        self.execute("START SLAVE SQL_THREAD")

    def wait_for_replicas(self, is_on: bool) -> None:
        self.execute(f"SET GLOBAL rpl_semi_sync_master_enabled={int(is_on)}")


class MySQLNode(Node, MySQL):
    def shared_options(self) -> list[str]:
        return [
            *super().shared_options(),
            f"--server-id={self.number}",
            "--log-bin=binlog",
            "--gtid-mode=ON",
            "--enforce-gtid-consistency=ON",
            "--relay-log=relay",
            "--plugin-load-add=semisync_source.so",
            "--plugin-load-add=semisync_replica.so",
            "--loose-rpl-semi-sync-source-timeout=60000",
            "--loose-rpl-semi-sync-replica-enabled=ON",
        ]

    def position(self) -> str:
        return str(self.execute("SELECT @@global.gtid_executed")[0][0]).replace("\n", "")

    def is_applied(self, gtids: str, seconds: float = CATCH_UP_SECONDS) -> bool:
        return self.execute(f"SELECT WAIT_FOR_EXECUTED_GTID_SET('{gtids}', {seconds})") == [(0,)]

    def follow(self, primary: Node) -> None:
        self.execute(
            "STOP REPLICA",
            "SET GLOBAL super_read_only=ON",
            f"CHANGE REPLICATION SOURCE TO SOURCE_HOST='{HOST}', SOURCE_PORT={primary.port}, "
            "SOURCE_USER='repl', SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1",
            "START REPLICA",
        )

    def has_applied_all(self) -> bool:
        self.execute("STOP REPLICA IO_THREAD")
        received = self.row("SHOW REPLICA STATUS")["Retrieved_Gtid_Set"].replace("\n", "")
        return self.is_applied(received)

    def promote(self) -> None:
        self.execute("STOP REPLICA", "RESET REPLICA ALL", "SET GLOBAL read_only=OFF")

    def stop_applying(self) -> None:
        self.execute("STOP REPLICA SQL_THREAD")

    def go_on_applying(self) -> None:
        self.execute("START REPLICA SQL_THREAD")

    def wait_for_replicas(self, is_on: bool) -> None:
        self.execute(f"SET GLOBAL rpl_semi_sync_source_enabled={int(is_on)}")


KINDS: dict[str, type[Node]] = {"mariadb": MariaDBNode, "mysql": MySQLNode}
ACCOUNTS = (
    "CREATE USER repl@'127.0.0.1'",
    "GRANT REPLICATION SLAVE ON *.* TO repl@'127.0.0.1'",
    # Not ALL ON *.*: that writes on a server that is read-only.
    "CREATE USER app@'127.0.0.1'",
    "GRANT ALL ON app.* TO app@'127.0.0.1'",
    "CREATE USER reader@'127.0.0.1'",
    "GRANT SELECT ON app.* TO reader@'127.0.0.1'",
)


def has_all_of(one: Node, other: Node) -> bool:
    return one is other or one.is_applied(other.position(), 0.1)


class Replicated:
    """with Replicated("mariadb", replicas=2) as servers: servers.primary, servers.replicas"""

    def __init__(self, kind: str = "mariadb", replicas: int = 1) -> None:
        nodes = [KINDS[kind]() for _ in range(replicas + 1)]
        for number, node in enumerate(nodes, 1):
            node.number = number
        self.nodes: Sequence[Node] = nodes
        self.primary: Node = nodes[0]

    @property
    def replicas(self) -> list[Node]:
        return [node for node in self.nodes if node is not self.primary]

    @property
    def replica(self) -> Node:
        return self.replicas[0]

    @property
    def url(self) -> str:
        return self.primary.url_for("app")

    @property
    def read_urls(self) -> list[str]:
        return [node.url_for("reader") for node in self.replicas]

    @property
    def addresses(self) -> list[str]:
        return [node.address for node in self.nodes]

    def __enter__(self) -> Self:
        with ThreadPoolExecutor(len(self.nodes)) as several:
            list(several.map(lambda node: node.start(), self.nodes))
        self.primary.execute(*ACCOUNTS, f"CREATE DATABASE app {CHARACTERS}")
        for replica in self.replicas:
            replica.follow(self.primary)
        self.catch_up()
        self.primary.wait_for_replicas(True)
        return self

    def __exit__(self, *exc: object) -> None:
        for node in self.nodes:
            node.close()

    def catch_up(self) -> None:
        """Until every replica has what the primary has."""
        position = self.primary.position()
        assert all(replica.is_applied(position) for replica in self.replicas)

    def fail_over(self) -> float:
        """In place of a primary that is dead, promote the replica that has what all others have: one of
        them has answered for each commit, and any may. Gives when that was done."""
        ready = [one for one in self.replicas if one.is_running and one.has_applied_all()]
        heir = next(one for one in ready if all(has_all_of(one, other) for other in ready))
        heir.promote()
        promoted = time.monotonic()
        others = [one for one in self.replicas if one.is_running and one is not heir]
        self.primary = heir
        for other in others:
            other.follow(heir)
        return promoted
