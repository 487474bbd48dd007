"""Statements that are written out: what goes in comes out, whatever it looks like."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from reminder_app.contacts.models import Contact
from reminder_app.database import (
    ById,
    bulk,
    db,
    insert_all,
    insert_missing,
    new_id,
    now,
    run_written,
)

TABLE = Contact.__table__
AT = datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC)
ODD = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=100)


def contacts(person, *names, **fields):
    mine = {"workspace_id": person.workspace_id, "email": None} | fields
    return [mine | {"id": new_id(), "name": name} for name in names]


def stored_names():
    db.session.commit()
    return sorted(db.session.scalars(select(Contact.name)))


@given(names=st.lists(ODD, min_size=1, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_words_come_back_as_they_went_in(alice, names):
    rows = contacts(alice, *names)
    insert_all(TABLE, rows)

    found = dict(db.session.execute(select(Contact.id, Contact.name)).all())
    db.session.rollback()
    assert found == {row["id"]: row["name"] for row in rows}


@pytest.mark.parametrize(
    "name", ["'; DROP TABLE contacts; --", "100 %", "%s", "?", "a\\", 'a"b', "x" * 100, "", "Ann"]
)
def test_what_all_rows_share_is_written_safely(alice, name):
    insert_all(TABLE, contacts(alice, name, name))

    assert stored_names() == [name, name]


@pytest.mark.parametrize("names", [["Ann"], ["Ann", "Ben"]])
def test_the_models_defaults_apply_as_of_one_moment(alice, names):
    insert_all(TABLE, contacts(alice, *names))
    db.session.commit()

    first, *_, last = [*db.session.scalars(select(Contact))] * 2
    assert first.created_at == first.updated_at == last.created_at
    assert now() - first.created_at < timedelta(minutes=1)


@pytest.mark.parametrize("times", [(AT, AT), (AT, AT + timedelta(microseconds=1))])
def test_times_keep_their_microseconds(alice, times):
    rows = [
        row | {"created_at": at}
        for row, at in zip(contacts(alice, "Ann", "Ben"), times, strict=True)
    ]
    insert_all(TABLE, rows)
    db.session.commit()

    assert tuple(db.session.scalars(select(Contact.created_at).order_by(Contact.name))) == times


@pytest.mark.parametrize("many", [1, 2])
def test_a_time_without_a_zone_is_refused(alice, many):
    naive = AT.replace(tzinfo=None)

    with pytest.raises(ValueError, match="naive"):
        insert_all(TABLE, contacts(alice, *"ab"[:many], created_at=naive))


def test_a_column_that_there_is_not_is_refused(alice):
    with pytest.raises(ValueError, match="contacts has no nickname"):
        insert_all(TABLE, contacts(alice, "Ann", nickname="A"))


@pytest.mark.parametrize(
    ("which", "most"), [("MOST_ROWS", 7), ("MOST_BYTES", 100), ("MOST_BYTES", 1)]
)
def test_many_rows_take_several_statements(alice, count_queries, monkeypatch, which, most):
    monkeypatch.setattr(bulk, which, most)
    names = sorted(f"name {number:03}" for number in range(50))
    with count_queries() as statements:
        insert_all(TABLE, contacts(alice, *names))

    ours = [one for one in statements if one.startswith(f"INSERT INTO {TABLE.name} ")]
    assert 5 < len(ours) <= 50
    assert stored_names() == names


def test_what_is_there_stays(alice):
    rows = contacts(alice, "Ann", "Ben")
    insert_missing(TABLE, rows[:1])
    insert_missing(TABLE, [row | {"name": "Another"} for row in rows])

    assert stored_names() == ["Ann", "Another"]


def test_nothing_is_nothing(alice, count_queries):
    with count_queries() as statements:
        insert_all(TABLE, [])

    assert not statements


@pytest.mark.parametrize("names", [["Zoe", "Yan"], ["Zoe", "Zoe"], [None, "Zoe"]])
def test_each_row_gets_its_own_value(alice, names):
    rows = contacts(alice, "Ann", "Ben")
    insert_all(TABLE, rows)
    ids = [row["id"].bytes for row in rows]
    zones = ById.of(ids, names)
    run_written(
        f"UPDATE contacts SET time_zone = {zones.sql} WHERE id IN (?, ?)",  # noqa: S608
        [*zones.values, *ids],
    )

    found = dict(db.session.execute(select(Contact.id, Contact.time_zone)).all())
    assert [found[uuid.UUID(bytes=one)] for one in ids] == names
