"""Each change of a table says that it may not copy it, in the words that both servers take."""

import pytest

from reminder_app.database.migrations.algorithms import change

pytestmark = pytest.mark.sqlite_only
NONE = "ALGORITHM=INPLACE, LOCK=NONE"


@pytest.mark.parametrize(
    ("statement", "ways"),
    [
        ("ALTER TABLE t ADD COLUMN x INT", [", ALGORITHM=INSTANT", f", {NONE}"]),
        ("alter table `t` drop column x;", [", ALGORITHM=INSTANT", f", {NONE}"]),
        ("ALTER TABLE t ALTER COLUMN x SET DEFAULT 1", [", ALGORITHM=INSTANT", f", {NONE}"]),
        ("ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)", [f", {NONE}"]),
        ("ALTER TABLE t MODIFY a INT NOT NULL", [f", {NONE}"]),
        ("CREATE INDEX i ON t (a)", [" ALGORITHM=INPLACE LOCK=NONE"]),
        ("CREATE UNIQUE INDEX i ON `t` (a(10))", [" ALGORITHM=INPLACE LOCK=NONE"]),
    ],
)
def test_a_change_is_tried_from_the_cheapest_way_on(statement, ways):
    bare = statement.rstrip(";")
    found = change(statement)

    assert (found.table, found.ways()) == ("t", [bare + way for way in ways])


def test_an_index_is_dropped_by_the_alter_that_both_servers_know():
    assert change("DROP INDEX i ON `t`").ways() == [f"ALTER TABLE `t` DROP INDEX i, {NONE}"]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        "UPDATE t SET a = 1",
        "CREATE TABLE t (a INT)",
        "DROP TABLE t",
        "ALTER TABLE t ADD COLUMN x INT, ALGORITHM=COPY",
        "CREATE INDEX i ON t (a) LOCK = SHARED",
        "ALTER TABLE t DROP PARTITION p1",
        "ALTER TABLE t REORGANIZE PARTITION p1 INTO (PARTITION p2 VALUES LESS THAN (1))",
        "ALTER DATABASE app CHARACTER SET utf8mb4",
    ],
)
def test_what_changes_no_table_or_says_it_already_is_left_as_it_is(statement):
    assert change(statement) is None
