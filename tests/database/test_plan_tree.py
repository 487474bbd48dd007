"""One tree for three servers: what each of them says of the same kinds of plan, as it said it."""

from typing import Any

import pytest

from reminder_app.database.advisor import json_plan, sqlite_plan
from reminder_app.database.advisor.catalogue import Column, Index, Table
from reminder_app.database.advisor.plan import Plan, without_values

pytestmark = pytest.mark.sqlite_only  # it asks no database
NAMES = ("id", "workspace_id", "state", "due_at")
LETTERS = Table(
    "letters",
    {name: Column(name, "bigint") for name in NAMES},
    (
        Index("PRIMARY", ("id",), is_unique=True),
        Index("ix__state_due", ("state", "due_at"), distinct=(4, 2_000_000)),
    ),
    rows=2_000_000,
)
CATALOGUE = {"letters": LETTERS}


def of_json(block: dict[str, Any], server: str = "mysql", **names: str) -> Plan:
    return json_plan.plan_of({"query_block": block}, server, CATALOGUE, names)


def table(access: str, **more: Any) -> dict[str, Any]:
    return {"table": {"table_name": "letters", "access_type": access, **more}}


def of_sqlite(*rows: tuple[int, int, str]) -> Plan:
    return sqlite_plan.plan_of([(n, parent, 0, text) for n, parent, text in rows], CATALOGUE)


def test_reading_all_of_a_large_table_is_said():
    mysql = of_json(table("ALL", rows_examined_per_scan=2_000_000, filtered="10.00"))
    mariadb = of_json({"nested_loop": [table("ALL", rows=2_000_000, filtered=100)]}, "mariadb")
    sqlite = of_sqlite((2, 0, "SCAN letters"))

    for plan in (mysql, mariadb, sqlite):
        assert plan.root.what == "Read all of letters"
        assert plan.warnings == ["Reads all 2,000,000 rows of letters: no index serves this."]
        assert plan.examined == 2_000_000


def test_a_look_up_by_an_index_needs_no_warning():
    parts = {"key": "ix__state_due", "used_key_parts": ["state", "due_at"], "filtered": "100.00"}
    mysql = of_json(table("ref", rows_examined_per_scan=10, **parts))
    mariadb = of_json(table("ref", rows=10, **parts), "mariadb")
    sqlite = of_sqlite((2, 0, "SEARCH letters USING INDEX ix__state_due (state=? AND due_at=?)"))

    for plan in (mysql, mariadb, sqlite):
        assert plan.root.what == "Look up rows of letters by ix__state_due (state, due_at)"
        assert plan.warnings == []
        assert plan.keys == {("letters", "ix__state_due")}


def test_sorting_stands_around_what_is_sorted():
    read = table("ALL", rows_examined_per_scan=2_000_000, rows=2_000_000, filtered=100)
    mysql = of_json({"ordering_operation": {"using_filesort": True, **read}})
    mariadb = of_json(
        {"nested_loop": [{"read_sorted_file": {"filesort": {"sort_key": "x", **read}}}]}, "mariadb"
    )
    sqlite = of_sqlite((2, 0, "SCAN letters"), (9, 0, "USE TEMP B-TREE FOR ORDER BY"))

    for plan in (mysql, mariadb, sqlite):
        assert (plan.root.what, plan.root.kind) == ("Sort", "sort")
        assert [child.what for child in plan.root.children] == ["Read all of letters"]
        assert plan.warnings[0].startswith("Sorts 2,000,000 rows after reading them")


def test_what_is_in_order_already_is_no_step():
    plan = of_json(
        {"ordering_operation": {"using_filesort": False, **table("const", key="PRIMARY")}}
    )

    assert plan.root.what == "Take one row of letters by its primary key"


def test_a_join_multiplies():
    plan = of_json(
        {
            "nested_loop": [
                table("ref", rows=100, filtered=50, key="ix__state_due"),
                {
                    "table": {
                        "table_name": "o",
                        "access_type": "eq_ref",
                        "rows": 1,
                        "key": "PRIMARY",
                    }
                },
            ]
        },
        "mariadb",
        o="letters",
    )

    assert plan.examined == 150
    assert plan.root.children[1].what == "Look up the one row of letters by its primary key, as o"


def test_an_index_of_which_only_the_beginning_is_of_use_is_said():
    plan = of_json(
        table("ref", rows=500_000, filtered=1, key="ix__state_due", used_key_parts=["state"])
    )

    assert plan.warnings == [
        "Uses 1 of the 2 columns of ix__state_due, and keeps 1 % of what it reads."
    ]


def test_a_query_in_the_query_is_a_step_below():
    inner = {"query_block": {"select_id": 2, **table("ref", key="PRIMARY", rows=1)}}
    mysql = of_json(table("ALL", rows=5, attached_subqueries=[{"dependent": True, **inner}]))
    mariadb = of_json(
        {**table("ALL", rows=5), "subqueries": [{"expression_cache": {"state": "x", **inner}}]},
        "mariadb",
    )
    sqlite = of_sqlite(
        (2, 0, "SCAN letters"),
        (5, 0, "CORRELATED SCALAR SUBQUERY 1"),
        (9, 5, "SEARCH letters USING INTEGER PRIMARY KEY (rowid=?)"),
    )

    for plan in (mysql, mariadb, sqlite):
        assert len(plan.tables) == 2
        assert any("by its primary key" in step.what for step in plan.root.walk())


def test_a_union_and_a_part_worked_out_first():
    parts = [{"query_block": table("ref", key="PRIMARY", rows=1)} for _ in range(2)]
    union = of_json(
        {"union_result": {"using_temporary_table": True, "query_specifications": parts}}
    )
    first = of_json(
        {
            "table": {
                "table_name": "x",
                "access_type": "ALL",
                "rows_examined_per_scan": 2,
                "materialized_from_subquery": {"query_block": table("ALL", rows=3)},
            }
        }
    )

    assert union.root.what == "Put the answers together"
    assert len(union.root.children) == 2
    assert first.root.children[0].what == "Work out first, and keep"
    assert first.root.children[0].children[0].what == "Read all of letters"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Impossible WHERE", "No row can match"),
        ("no matching row in const table", "No row matches"),
        ("Select tables optimized away", "Answered from the index alone"),
        ("No tables used", "No table is read"),
    ],
)
def test_a_message_is_said_in_words(message, words):
    plan = of_json({"message": message, "table": {"message": message}})

    assert plan.root.what.startswith(words)
    assert plan.root.children == ()


@pytest.mark.parametrize(
    "condition",
    [
        "(`app`.`letters`.`state` = 'secret''s')",
        "(`app`.`letters`.`id` = 0x736563726574)",
        "letters.state = x'736563726574' and letters.id > 4711",
        "(`app`.`letters`.`due_at` <= TIMESTAMP'2026-01-01 00:00:00')",
        "letters.state = _utf8mb4'secret\\'s'",
        'letters.state = "secret"',
    ],
)
def test_a_condition_is_shown_without_its_values(condition):
    shown = without_values(condition)

    assert "?" in shown
    assert not any(part in shown for part in ("secret", "736563", "4711", "2026", "app.", "`"))
    assert "letters." in shown


def test_it_is_the_same_in_json():
    told = of_json(table("ALL", rows=5, attached_condition="letters.id = 5")).as_dict()

    assert told["tree"] == {
        "what": "Read all of letters",
        "table": "letters",
        "access": "ALL",
        "rows": 5.0,
        "condition": "letters.id = ?",
    }
    assert told["server"] == "mysql"
