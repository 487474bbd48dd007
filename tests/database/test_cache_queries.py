"""The calls of whoever writes queries: what may be cached, under which key, and what is said otherwise."""

import uuid

import pytest
from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.exc import OperationalError

from reminder_app.contacts.models import Contact
from reminder_app.database import db, session_scope, transaction
from reminder_app.database.cache import (
    NotPlain,
    Undeclared,
    cached_db_query,
    cached_query,
    figures,
    invalidate_everything,
    invalidate_table_cache,
)
from reminder_app.database.cache.queries import EXTENSION, code_of, current
from reminder_app.database.cache.shared import SharedStore
from reminder_app.database.engine import ENGINE
from reminder_app.workspaces.models import Workspace
from tests.database.caching import switched_on
from tests.servers import Redis

NAME = "a name nobody has"


@pytest.fixture(autouse=True)
def cache(app, monkeypatch):
    return switched_on(app, monkeypatch)


ran: list[object] = []


@cached_query(ttl=60, tables=[Contact])
def names(workspace_id: uuid.UUID) -> list[tuple[str, uuid.UUID]]:
    ran.append(workspace_id)
    query = select(Contact.name, Contact.id).where(Contact.workspace_id == workspace_id)
    return [tuple(row) for row in db.session.execute(query.order_by(Contact.name))]


@cached_query()
def how_many() -> int:
    ran.append("how_many")
    return db.session.scalar(select(func.count()).select_from(Contact))


@pytest.fixture
def add(alice):
    @transaction
    def add(name: str = NAME) -> None:
        db.session.add(Contact(workspace_id=alice.workspace_id, name=name))

    ran.clear()
    return add


def asked(function, *args, times: int = 3):
    found = [function(*args) for _ in range(times)]
    db.session.rollback()
    assert all(one == found[0] for one in found)
    return found[0]


def test_what_a_function_gave_is_given_until_its_table_is_written(alice, add):
    assert asked(names, alice.workspace_id) == []
    assert len(ran) == 1

    add()

    [(name, contact_id)] = asked(names, alice.workspace_id)
    assert (name, type(contact_id)) == (NAME, uuid.UUID)
    assert len(ran) == 2


def test_each_argument_has_a_value_of_its_own(alice, charlie, add):
    add()

    assert asked(names, alice.workspace_id) != asked(names, charlie.workspace_id)
    assert ran == [alice.workspace_id, charlie.workspace_id]


def test_without_tables_it_learns_them_from_what_it_reads(add):
    assert asked(how_many, times=4) == 0
    assert len(ran) <= 2  # once to learn, once to keep

    add()
    assert asked(how_many) == 1


def test_a_rows_statement_of_text_is_cached_by_its_text_and_values(alice, add):
    sql = "SELECT name AS title, count(*) AS many FROM contacts WHERE name = :name GROUP BY name"
    assert asked(cached_db_query, sql, {"name": NAME}) == []

    add()

    assert asked(cached_db_query, sql, {"name": NAME}) == [{"title": NAME, "many": 1}]
    assert asked(cached_db_query, sql, {"name": "another"}) == []


@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM contacts", "UPDATE contacts SET name = ''", "SHOW TABLES", "CALL tidy()", ""],
)
def test_only_a_select_is_cached(sql):
    with pytest.raises(ValueError, match="Only a SELECT"):
        cached_db_query(sql)


def test_what_nobody_here_sees_written_is_said_by_hand(alice, add):
    asked(names, alice.workspace_id)
    invalidate_table_cache("contacts")
    asked(names, alice.workspace_id)
    invalidate_everything()
    asked(names, alice.workspace_id)

    assert len(ran) == 3


def test_inside_a_unit_that_has_written_it_reads_its_own_rows(alice, add):
    asked(names, alice.workspace_id)

    @transaction
    def write_and_read() -> int:
        db.session.add(Contact(workspace_id=alice.workspace_id, name=NAME))
        found = names(alice.workspace_id)
        raise LookupError(len(found))

    with pytest.raises(LookupError, match="1"):
        write_and_read()
    assert asked(names, alice.workspace_id) == []
    assert current().figures.numbers[f"{__name__}.names|own_writes"] == 1


def test_a_script_makes_requests_read_anew_as_well(alice, app, add):
    add()
    asked(names, alice.workspace_id)
    with session_scope("script", app) as session:
        session.execute(text("UPDATE contacts SET name = 'renamed'"))

    assert [name for name, _ in asked(names, alice.workspace_id)] == ["renamed"]


def test_a_table_that_was_not_named_is_found_out():
    @cached_query(tables=[Workspace])
    def wrong() -> int:
        return db.session.scalar(select(func.count()).select_from(Contact))

    with pytest.raises(Undeclared, match="contacts"):
        wrong()


def test_in_production_it_is_told_in_the_log_and_not_kept(cache, caplog, add):
    @cached_query(tables=[Workspace])
    def wrong() -> int:
        return db.session.scalar(select(func.count()).select_from(Contact))

    cache.strict, before = False, cache.strict
    assert asked(wrong) == 0
    add()
    assert asked(wrong) == 1
    cache.strict = before
    assert "contacts is not among its tables" in caplog.text


def test_a_cached_function_in_another_brings_its_tables_along(alice, add):
    @cached_query()
    def twice(workspace_id: uuid.UUID) -> int:
        return 2 * len(names(workspace_id))

    asked(names, alice.workspace_id)
    assert asked(twice, alice.workspace_id) == 0

    add()
    assert asked(twice, alice.workspace_id) == 2


def test_objects_of_a_session_are_neither_kept_nor_taken_for_a_key(alice, add):
    @cached_query(tables=[Contact])
    def objects() -> list[Contact]:
        return list(db.session.scalars(select(Contact)))

    add()
    with pytest.raises(NotPlain, match="Contact is not a plain value"):
        objects()
    with pytest.raises(NotPlain):
        names(db.session())


def test_off_it_gives_the_same_in_the_same_form(alice, app, monkeypatch, add):
    add()
    kept = asked(names, alice.workspace_id)
    monkeypatch.setitem(app.extensions, EXTENSION, None)

    assert asked(names, alice.workspace_id) == kept
    invalidate_table_cache(Contact)


def test_what_does_not_pay_is_suspended_and_tried_again(cache, monkeypatch):
    monkeypatch.setattr(figures, "JUDGED_AFTER", 10)

    @cached_query(tables=[Contact])
    def each_time_another(number: int) -> int:
        ran.append(number)
        return number

    for number in range(12):
        each_time_another(number)
    numbers = cache.figures.numbers
    name = next(name for name in numbers if name.endswith("each_time_another|suspended"))
    assert numbers[name] == 2

    monkeypatch.setattr(figures.time, "monotonic", lambda: 10_000_000.0)
    each_time_another(1)
    assert numbers[name] == 2


def test_what_a_unit_on_a_replica_asks_is_kept_from_the_writer(alice, tmp_path, add):
    """The replica here is a file that has nothing of it all yet."""
    behind = create_engine(f"sqlite:///{tmp_path}/behind.db")
    asks: list[str] = []
    event.listen(behind, "before_cursor_execute", lambda *args: asks.append(args[2]))
    add()
    db.session.rollback()
    db.session().info[ENGINE] = behind
    try:
        found = names(alice.workspace_id)
    finally:
        del db.session().info[ENGINE]
        db.session.remove()

    assert len(found) == 1
    assert asks == []
    assert asked(names, alice.workspace_id) == found
    assert len(ran) == 1


def test_while_the_writer_is_away_a_replica_answers_and_nothing_is_kept(alice, tmp_path, cache):
    there = create_engine(f"sqlite:///{tmp_path}/there.db")
    asks: list[object] = []

    @cached_query(tables=[Contact])
    def ask() -> int:
        asks.append(db.session().info.get(ENGINE))
        if asks[-1] is None:
            raise OperationalError("SELECT 1", {}, Exception("gone"))
        return db.session.scalar(select(7))

    db.session.rollback()
    db.session().info[ENGINE] = there
    try:
        assert [ask(), ask()] == [7, 7]
    finally:
        del db.session().info[ENGINE]
        db.session.remove()

    assert asks == [None, there, None, there]
    with pytest.raises(OperationalError):
        ask()


def test_all_processes_figures_are_added_up_in_redis():
    from_one, from_another = figures.Figures(), figures.Figures()
    with Redis() as server:
        for each in (from_one, from_another):
            each.add("a query", hits=2, saved_ms=1.5)
            assert SharedStore(server.url).add_figures(each.due(at_once=True))
        told = SharedStore(server.url).figures()

    assert told["a query|hits"] == 4
    assert told["a query|saved_ms"] == 3


def function_of(source):
    scope = {}
    exec(source, scope)  # noqa: S102 - as another release has it
    return scope["f"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(): return first(10)", "def f(): return first(20)"),
        ("def f(): return run('SELECT 1')", "def f(): return run('SELECT 2')"),
        ("def f(): return [n + 1 for n in rows()]", "def f(): return [n + 2 for n in rows()]"),
        (
            "def f(): return map(lambda n: n.a, rows())",
            "def f(): return map(lambda n: n.b, rows())",
        ),
        ("def f(n): return n in {'a', 'b'}", "def f(n): return n in {'a', 'c'}"),
    ],
)
def test_another_release_has_another_key_also_where_only_a_value_in_it_is_another(before, after):
    assert code_of(function_of(before)) != code_of(function_of(after))
    assert code_of(function_of(before)) == code_of(function_of(f"\n\n{before}"))
