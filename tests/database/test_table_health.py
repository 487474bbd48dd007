"""What is said of tables: indexes that serve nothing, that are missing, keys that run out, empty room."""

import ast

import pytest

from reminder_app.database.advisor.catalogue import Column, Index, Reference, Table
from reminder_app.database.advisor.index_use import IndexUse
from reminder_app.database.advisor.snippet import index_name, snippet
from reminder_app.database.advisor.table_health import findings

pytestmark = pytest.mark.sqlite_only  # it asks no database
PRIMARY = Index("PRIMARY", ("id",), is_unique=True)
UNKNOWN = IndexUse(why_none="Nobody counts.")
DAY, MB = 86_400, 1024 * 1024


def said(table: Table, use: IndexUse = UNKNOWN) -> list[tuple[str, str]]:
    return [(one.kind, one.index) for one in findings(table, use, {"letters", "people"})]


def table(*indexes: Index, **more: object) -> Table:
    names = ("id", "person_id", "letter_id", "request_id", "state", "due_at")
    columns = {name: Column(name, "bigint") for name in names}
    given: dict[str, object] = {"columns": columns, "rows": 5_000} | more
    return Table(
        "letters", indexes=(PRIMARY, Index("ix__letter", ("letter_id",)), *indexes), **given
    )  # type: ignore[arg-type]


def test_a_sound_table_is_let_alone():
    assert said(table(Index("a", ("state", "due_at")), Index("b", ("due_at",)))) == []


def test_an_index_that_is_the_beginning_of_another_is_superfluous():
    assert said(table(Index("short", ("state",)), Index("long", ("state", "due_at")))) == [
        ("duplicate", "short")
    ]


def test_of_two_alike_one_stays():
    assert said(table(Index("a", ("state",)), Index("b", ("state",)))) == [("duplicate", "b")]


def test_a_unique_one_forbids_something_and_stays():
    both = table(Index("u", ("state",), is_unique=True), Index("long", ("state", "due_at")))
    twins = table(Index("u", ("state",), is_unique=True), Index("a", ("state",)))

    assert said(both) == []
    assert said(twins) == [("duplicate", "a")]


def test_an_index_that_nobody_reads_is_said_with_how_long_that_was_counted():
    use = IndexUse({("letters", "read"): 5, ("letters", "ix__letter"): 1}, 30 * DAY)
    found = findings(table(Index("read", ("state",)), Index("idle", ("due_at",))), use, ())

    assert [(one.kind, one.index) for one in found] == [("unused", "idle")]
    assert "30.0 days" in found[0].words
    assert "Wait" not in found[0].words
    young = findings(table(Index("idle", ("due_at",))), IndexUse({}, DAY), ())
    assert "Wait until a whole week has been counted." in young[0].words


def test_one_that_a_foreign_key_needs_stays():
    keyed = table(Index("k", ("person_id",)), references=(Reference(("person_id",), "people"),))

    assert ("unused", "k") not in said(keyed, IndexUse({}, 30 * DAY))


def test_a_foreign_key_without_an_index_is_said():
    assert said(table(references=(Reference(("person_id",), "people"),))) == [("missing", "")]


def test_a_column_that_names_a_row_of_a_table_wants_an_index():
    """`request_id` names no row of ours: there is no table of requests."""
    bare = Table("notes", {"letter_id": Column("letter_id", "bigint")}, (PRIMARY,), rows=5_000)
    small = Table("notes", {"letter_id": Column("letter_id", "bigint")}, (PRIMARY,), rows=50)

    assert said(bare) == [("missing", "")]
    assert said(small) == []


def test_a_table_without_a_primary_key_is_said():
    assert said(Table("notes", {"state": Column("state", "int")})) == [("key", "")]


@pytest.mark.parametrize(
    ("kind", "next_number", "is_said"),
    [
        ("int(11)", 2**30 + 1, True),
        ("int", 2**29, False),
        ("int unsigned", 2**30 + 1, False),
        ("tinyint unsigned", 200, True),
        ("bigint", 2**40, False),
    ],
)
def test_a_counting_key_that_runs_out_is_said_in_time(kind, next_number, is_said):
    columns = {"id": Column("id", kind, is_counted=True)}
    counted = Table("notes", columns, (PRIMARY,), next_number=next_number)

    assert (said(counted) == [("numbers", "")]) is is_said


def test_room_that_deleted_rows_left_is_said_when_it_is_worth_having():
    assert said(table(data_bytes=300 * MB, index_bytes=0, free_bytes=200 * MB)) == [("room", "")]
    assert said(table(data_bytes=3 * MB, index_bytes=0, free_bytes=20 * MB)) == []


def test_the_migration_can_be_run_and_taken_back():
    text = snippet("letters", ["state", "due_at"], ["ix__letters__state"])

    ast.parse(text)
    assert 'ddl.create_index("ix__letters__state_due_at", "letters", ["state", "due_at"])' in text
    assert 'ddl.drop_index("ix__letters__state", "letters")' in text
    assert text.index("def downgrade") < text.rindex("ddl.drop_index")
    assert len(index_name("letters", ["x" * 60, "y" * 60])) == 64
