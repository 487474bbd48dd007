"""Servers that keep a log of changes, and somebody who writes into them all the time."""

import threading
import time
from dataclasses import replace
from pathlib import Path

from flask import Flask

from reminder_app.database.engine import settings_of
from reminder_app.database.settings import DatabaseSettings
from tests.servers.databases import DatabaseServer
from tests.servers.mariadb import MariaDB
from tests.servers.mysql import MySQL
from tests.servers.programs import mysql_programs

LOGGED = ("--log-bin=binlog", "--server-id=7", "--sync-binlog=0")
KEY = "the key of the tests, and long enough to be one"
TABLES = (
    "CREATE TABLE steps (id INT AUTO_INCREMENT PRIMARY KEY, at DATETIME(6), word VARCHAR(40))",
    "CREATE TABLE left_side (id INT PRIMARY KEY, amount INT)",
    "CREATE TABLE right_side (id INT PRIMARY KEY, amount INT)",
    "INSERT INTO left_side VALUES (1, 1000), (2, 1000), (3, 1000), (4, 1000)",
    "INSERT INTO right_side VALUES (1, 0), (2, 0), (3, 0), (4, 0)",
)


def start(kind: str) -> DatabaseServer:
    if kind == "mariadb":
        return MariaDB(options=(*LOGGED, "--binlog-format=ROW", "--gtid-strict-mode=ON")).start()
    options = (*LOGGED, "--gtid-mode=ON", "--enforce-gtid-consistency=ON")
    return MySQL(options=options).start()


def settings_for(app: Flask, server: DatabaseServer, path: Path) -> DatabaseSettings:
    return replace(
        settings_of(app),
        url=server.url,
        direct_url="",
        migrations=None,
        backup_path=path,
        backup_key=KEY,
        programs=mysql_programs() if server.name == "mysql" else None,
    )


def make_tables(server: DatabaseServer) -> None:
    server.fresh_database("app")
    server.execute("USE app", *TABLES)


class Steps:
    """A row each tenth of a second, and none where a second ends."""

    def __init__(self, server: DatabaseServer) -> None:
        self.server, self.times, self.is_over = server, [], threading.Event()

    def __enter__(self) -> "Steps":
        self.thread = threading.Thread(target=self.write, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self.thread.join()

    def write(self) -> None:
        with self.server.connect("app") as connection, connection.cursor() as cursor:
            cursor.execute("SET time_zone = '+00:00'")
            while not self.is_over.is_set():
                time.sleep(0.1 - (time.time() - 0.05) % 0.1)
                cursor.execute("INSERT INTO steps (at, word) VALUES (NOW(6), 'ünï ✓')")


class Movers:
    """Four who move an amount from one table to the other, each all the time: the sum stays."""

    def __init__(self, server: DatabaseServer) -> None:
        self.server, self.is_over, self.longest, self.moves = server, threading.Event(), 0.0, 0
        self.threads = [
            threading.Thread(target=self.move, args=[n], daemon=True) for n in range(1, 5)
        ]

    def __enter__(self) -> "Movers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def move(self, number: int) -> None:
        with self.server.connect("app") as connection, connection.cursor() as cursor:
            while not self.is_over.is_set():
                began = time.monotonic()
                cursor.execute("BEGIN")
                cursor.execute("UPDATE left_side SET amount = amount - 1 WHERE id = %s", (number,))
                cursor.execute("UPDATE right_side SET amount = amount + 1 WHERE id = %s", (number,))
                cursor.execute("INSERT INTO steps (at, word) VALUES (NOW(6), 'moved')")
                cursor.execute("COMMIT")
                self.longest = max(self.longest, time.monotonic() - began)
                self.moves += 1


def nobody(_text: str) -> None:
    pass
