"""Whatever is done to the log behind the application's back is found."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update

from reminder_app.contacts.models import Contact
from reminder_app.database import clock, db, transaction
from reminder_app.database.audit import anchors, sealing
from reminder_app.database.audit.anchors import mark_restored
from reminder_app.database.audit.chain import FIELDS
from reminder_app.database.audit.ids import lowest_id, moment_of, of_moment
from reminder_app.database.audit.models import AuditEntry, AuditSeal
from reminder_app.database.audit.retention import forget
from reminder_app.database.audit.sealing import seal
from reminder_app.database.audit.statements import AppendOnly
from reminder_app.database.audit.verifying import verify
from reminder_app.database.audit.who import system_user
from tests.database.audit_trail import behind_its_back, entries, trail_with

KEY = b"a key of the tests that signs the chain"


@pytest.fixture
def trail(app, tmp_path):
    return trail_with(keys=[KEY], anchor=str(tmp_path / "anchors"))


@pytest.fixture
def sealed(alice, trail, later):
    """Three seals of three contacts each, five hours apart, and the seal of alice's sign-up."""
    for part in "abc":
        add(alice, *(f"{part}{n}" for n in range(3)))
        later(minutes=1)
        seal(trail)
        later(hours=5)
    return trail


@transaction
def add(person, *names):
    for name in names:
        db.session.add(Contact(workspace_id=person.workspace_id, name=name))


def kinds(trail, since=None):
    db.session.rollback()
    db.session.expunge_all()
    return [problem.kind for problem in verify(trail, since).problems]


def test_a_chain_that_nobody_touched_is_intact(sealed):
    found = verify(sealed)

    assert found.problems == []
    assert (found.seals, found.waiting) == (3, 0)
    assert found.entries == 9 + len(entries("users")) + len(entries("workspaces")) + len(
        entries("memberships")
    )


def test_a_changed_row_is_found_and_named(sealed):
    entry = entries()[4]
    behind_its_back(
        "UPDATE audit_log SET actor = 'somebody else' WHERE row_key = :key", key=entry.row_key
    )

    db.session.rollback()  # see it
    (problem,) = verify(sealed).problems
    assert problem.kind == "changed"
    assert str(entry.id) in problem.what


@pytest.mark.parametrize(
    "change", ["after = NULL", "at = '2026-01-01 00:00:00.000000'", "many = 2", "note = 'x'"]
)
def test_no_column_can_be_changed_unseen(sealed, change):
    key = entries()[0].row_key
    behind_its_back(f"UPDATE audit_log SET {change} WHERE row_key = :key", key=key)  # noqa: S608

    assert kinds(sealed) == ["changed"]


def test_a_removed_row_is_found(sealed):
    behind_its_back("DELETE FROM audit_log WHERE row_key = :key", key=entries()[4].row_key)

    assert kinds(sealed) == ["removed"]


def test_a_row_put_in_between_is_found(sealed):
    behind_its_back("UPDATE audit_log SET row_key = row_key")  # no change at all
    forged = entries()[1]
    at = forged.at + timedelta(minutes=90)
    with db.engine.begin() as connection:
        row = {name: getattr(forged, name) for name in ("id", "at", *FIELDS)}
        connection.execute(AuditEntry.__table__.insert(), row | {"id": of_moment(at), "at": at})
    seal(sealed)

    assert kinds(sealed) == ["inserted"]


def test_two_rows_that_changed_places_are_found(sealed):
    first, second = entries()[:2]
    for one, other in ((first, second), (second, first)):
        behind_its_back(
            "UPDATE audit_log SET row_key = :key WHERE id = :id", key=other.row_key, id=one.id.bytes
        )

    assert kinds(sealed) == ["changed", "changed"]


def test_seals_that_changed_places_are_found(sealed):
    for number, other in ((2, 99), (3, 2), (99, 3)):
        behind_its_back(
            "UPDATE audit_seals SET number = :other WHERE number = :number",
            number=number,
            other=other,
        )

    assert "seal changed" in kinds(sealed)


def test_a_seal_that_is_gone_is_found_with_what_it_sealed(sealed):
    behind_its_back("DELETE FROM audit_seals WHERE number = 2")

    found = kinds(sealed)
    assert found[0] == "seal removed"
    assert found.count("inserted") == 3


def test_a_tail_that_was_cut_off_is_found_by_its_anchor(sealed):
    until = db.session.scalar(select(AuditSeal.until).where(AuditSeal.number == 2))
    behind_its_back("DELETE FROM audit_log WHERE id >= :until", until=until.bytes)
    behind_its_back("DELETE FROM audit_seals WHERE number = 3")

    assert kinds(sealed) == ["truncated"]


def test_a_chain_made_anew_without_the_key_is_found(sealed):
    behind_its_back(
        "UPDATE audit_log SET actor = 'x' WHERE row_key = :key", key=entries()[0].row_key
    )
    behind_its_back("DELETE FROM audit_seals")
    seal(trail_with(keys=[b"a key that somebody made up"], anchor=""))

    assert "unknown key" in kinds(sealed)


def test_a_chain_made_anew_with_the_key_is_not_the_one_that_was_told_outside(sealed):
    behind_its_back(
        "UPDATE audit_log SET actor = 'x' WHERE row_key = :key", key=entries()[0].row_key
    )
    behind_its_back("DELETE FROM audit_seals")
    seal(trail_with(keys=[KEY], anchor=""))

    assert kinds(sealed) == ["seal changed", "truncated"]


def cut_after(number):
    """As it stood after that seal."""
    until = db.session.scalar(select(AuditSeal.until).where(AuditSeal.number == number))
    behind_its_back("DELETE FROM audit_log WHERE id >= :until", until=until.bytes)
    behind_its_back("DELETE FROM audit_seals WHERE number > :number", number=number)
    db.session.rollback()
    db.session.expunge_all()


def go_on(person, trail, later, *names):
    for name in names:
        add(person, name)
        later(minutes=1)
        seal(trail)


def test_a_chain_that_was_cut_and_has_grown_as_long_again_is_found(sealed, alice, later):
    cut_after(2)
    go_on(alice, sealed, later, "d", "e")

    (problem,) = verify(sealed).problems
    assert problem.kind == "seal changed"
    assert "seal 3 is not the one that was told outside" in problem.what


def test_nor_does_it_pass_in_the_part_that_is_looked_through_alone(sealed, alice, later):
    cut_after(2)
    go_on(alice, sealed, later, "d", "e")

    assert kinds(sealed, clock.now() - timedelta(hours=8)) == ["seal changed"]


def test_a_tail_cut_off_long_ago_is_found_in_the_part_too(sealed, later):
    cut_after(2)
    later(days=90)

    assert kinds(sealed, clock.now() - timedelta(days=40)) == ["truncated"]


def test_what_a_restore_cut_off_is_no_damage_and_is_told(sealed, alice, later):
    cut_after(2)
    mark_restored(db.engine, Path(sealed.anchor))
    assert kinds(sealed) == []
    go_on(alice, sealed, later, "d", "e")

    found = verify(sealed)
    assert found.problems == []
    (told,) = found.restored
    assert (told.number, told.by) == (2, f"system user {system_user()}")


def test_a_restore_excuses_nothing_before_it_and_nothing_after_it(sealed, alice, later):
    cut_after(2)
    mark_restored(db.engine, Path(sealed.anchor))
    go_on(alice, sealed, later, "d", "e")
    cut_after(3)
    assert kinds(sealed) == ["truncated"]

    behind_its_back("DELETE FROM audit_seals")
    seal(trail_with(keys=[KEY], anchor=""))
    assert kinds(sealed) == ["seal changed", "truncated"]


def test_a_restore_that_nobody_marked_can_be_marked_later(sealed, alice, later):
    """The chain went on meanwhile: what was told of it since then still counts."""
    cut_after(1)
    go_on(alice, sealed, later, "d", "e", "f")
    assert kinds(sealed) == ["seal changed", "seal changed"]

    assert mark_restored(db.engine, Path(sealed.anchor)).number == 1
    assert kinds(sealed) == []
    cut_after(3)
    assert kinds(sealed) == ["truncated"]


def test_a_restore_to_before_the_first_seal_is_marked_too(sealed):
    behind_its_back("DELETE FROM audit_log")
    behind_its_back("DELETE FROM audit_seals")

    assert mark_restored(db.engine, Path(sealed.anchor)).number == 0
    assert kinds(sealed) == []


def test_a_key_that_was_replaced_still_verifies(sealed, later):
    newer = trail_with(keys=[b"the next key", KEY], anchor=sealed.anchor)
    behind_its_back("UPDATE audit_log SET note = note")
    later(minutes=1)
    seal(newer)

    assert kinds(newer) == []


def test_what_was_committed_late_is_sealed_later(alice, trail, later, monkeypatch):
    add(alice, "early")
    later(minutes=1)
    seal(trail)
    with db.engine.begin() as connection:
        row = connection.execute(select(AuditEntry.__table__)).mappings().first()
        at = clock.now() - timedelta(minutes=30)
        connection.execute(
            AuditEntry.__table__.insert(), dict(row) | {"id": of_moment(at), "at": at}
        )

    assert seal(trail) == 1
    assert seal(trail) == 0
    assert kinds(trail) == []


def test_what_is_not_settled_yet_waits(alice, trail):
    assert seal(trail) == 0

    found = verify(trail)
    assert (found.problems, found.waiting) == ([], 4)


def test_two_sealers_make_one_seal(alice, trail, later, monkeypatch):
    later(minutes=1)
    seal(trail)
    add(alice, "one more")
    later(minutes=1)
    first = sealing.last_seal()
    real = sealing.last_seal
    monkeypatch.setattr(sealing, "last_seal", lambda: None)  # as it was when the other looked

    assert seal(trail) == 0

    monkeypatch.setattr(sealing, "last_seal", real)
    assert sealing.last_seal().number == first.number
    assert seal(trail) == 1
    assert kinds(trail) == []


def test_many_entries_make_many_seals(alice, trail, later, monkeypatch):
    monkeypatch.setattr(sealing, "MOST", 3)
    add(alice, *(f"n{n}" for n in range(10)))
    later(minutes=1)

    assert seal(trail) == 14
    assert verify(trail).seals == 5
    assert kinds(trail) == []


def test_a_part_of_the_chain_can_be_looked_through_alone(sealed):
    start = clock.now() - timedelta(hours=8)
    behind_its_back(
        "UPDATE audit_log SET note = 'x' WHERE row_key = :key", key=entries()[-1].row_key
    )

    assert kinds(sealed, start) == ["changed"]
    assert verify(sealed, start).seals < 3


def test_what_its_time_is_over_goes_and_is_no_damage(sealed, later):
    later(days=31 * 15)

    assert forget(sealed) == 13
    found = verify(sealed)
    assert found.problems == []
    assert (found.entries, found.retired) == (0, 13)


def test_what_is_removed_before_its_time_is_damage_also_after_a_retirement(sealed, alice, later):
    later(days=31 * 15)
    forget(sealed)
    add(alice, "new")
    later(minutes=1)
    seal(sealed)
    behind_its_back("DELETE FROM audit_log")

    assert kinds(sealed) == ["removed"]


@pytest.mark.parametrize("statement", [delete(AuditEntry), update(AuditSeal).values(many=0)])
def test_the_application_changes_and_removes_nothing(app, statement):
    with pytest.raises(AppendOnly):
        db.session.execute(statement)


@pytest.mark.parametrize("sql", ["DELETE FROM audit_log", "update `audit_seals` SET many = 0"])
def test_nor_does_it_by_a_written_out_statement(app, sql):
    with pytest.raises(AppendOnly):
        db.session.execute(text(sql.replace("`", "")))


def test_an_object_of_the_log_cannot_be_changed(alice):
    @transaction
    def forge():
        entries("users")[0].actor = "somebody"

    with pytest.raises(AppendOnly):
        forge()


def test_ids_are_in_the_order_of_time_and_hold_it():
    at = clock.now()
    ids = [of_moment(at, place) for place in range(100)]
    ids += [of_moment(at + timedelta(microseconds=5 * n)) for n in range(1, 100)]

    assert ids == sorted(ids)
    assert all(one.version == 7 for one in ids)
    assert moment_of(lowest_id(at)) == at.replace(microsecond=at.microsecond // 1000 * 1000)
    assert lowest_id(at) < ids[0]


def test_the_last_end_that_was_told_is_read_from_the_file(sealed):
    told = list(anchors.lines(Path(sealed.anchor)))[-1]

    assert told.number == 3
    assert told.digest == bytes(sealing.last_seal().digest).hex()


def test_a_line_that_was_cut_off_outside_is_told_and_the_ones_before_it_still_count(sealed):
    with Path(sealed.anchor).open("a") as file:
        file.write('{"number": 9, "dig')

    assert kinds(sealed) == []

    behind_its_back("DELETE FROM audit_seals WHERE number > 2")
    assert kinds(sealed) == ["truncated"]
