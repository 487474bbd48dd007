"""The writer is found among the candidates, whatever the others do while they are asked."""

from types import SimpleNamespace

import pymysql
import pytest

from reminder_app.database.routing.writer import Writer

LOST = pymysql.err.OperationalError(2013, "Lost connection to MySQL server during query")


class Line:
    """A connection to a server that greets; one called `dying` says nothing after that."""

    server_version = "10.11.6-MariaDB"

    def __init__(self, host):
        self.host = host

    def cursor(self):
        return self

    def execute(self, statement):
        if self.host == "dying":
            raise LOST
        self.told = (0,) if "read_only" in statement else ("0-1-5",)

    def fetchone(self):
        return self.told

    def close(self):
        pass


DIALECT = SimpleNamespace(loaded_dbapi=pymysql, connect=lambda **given: Line(given["host"]))


def found(*hosts):
    return Writer(f"mysql+pymysql://app@{hosts[0]}/app", hosts).find(DIALECT, (), {})


@pytest.mark.parametrize("hosts", [("dying", "alive"), ("alive", "dying")])
def test_one_that_dies_while_it_is_asked_hides_no_other(hosts):
    assert found(*hosts) == ("alive", 3306)


def test_where_all_of_them_die_nobody_takes_writes():
    with pytest.raises(pymysql.err.OperationalError, match="takes writes"):
        found("dying", "dying:3307")
