"""Where relationships do not hold: each fault put in once, and seen."""

import json

import pytest
import sqlalchemy as sa
from flask import current_app
from sqlalchemy import ForeignKey, create_engine, text
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from reminder_app.database import db
from reminder_app.database.base import NAMES, TABLE_OPTIONS
from reminder_app.database.relationships import cli, keys, live, orphans, sides
from reminder_app.database.relationships.faults import FAULT, NOTE, WARNING, Found, exit_code
from tests.database.migrating import HEAD, KIND, empty_database, fill, up
from tests.servers import database_url

is_server = KIND != "sqlite"
WITH_OWNER = {"back_populates": "pets"}


def models(
    *,
    owner=WITH_OWNER,
    pets=None,
    key=None,
    column=None,
    pet_options=(),
    names=NAMES,
):
    """An owner and their pets, all in order but for what is said here."""

    class Base(DeclarativeBase):
        metadata = sa.MetaData(naming_convention=names)

    kind, told = column or (sa.Integer, {"nullable": False, "index": True})
    usual = {"back_populates": "owner", "cascade": "all, delete-orphan", "passive_deletes": True}
    parent, on_delete = owner, {"ondelete": "CASCADE"}
    collection = {k: v for k, v in (usual | (pets or {})).items() if v is not None}

    class Owner(Base):
        __tablename__ = "owners"
        __table_args__ = TABLE_OPTIONS
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column(sa.String(20), default="")
        pets: Mapped[list["Pet"]] = relationship(**collection)

    class Pet(Base):
        __tablename__ = "pets"
        __table_args__ = (*pet_options, TABLE_OPTIONS)
        id: Mapped[int] = mapped_column(primary_key=True)
        owner_id: Mapped[int] = mapped_column(
            kind, ForeignKey("owners.id", **(on_delete if key is None else key)), **told
        )
        owner: Mapped["Owner"] = relationship(**parent)

    Base.seen = (Owner, Pet)
    return Base


def found(base):
    told = [*sides.check(base.registry), *keys.check(base.metadata)]
    return [(one.level, one.rule) for one in told if one.level != NOTE]


@pytest.mark.sqlite_only
def test_what_agrees_passes():
    assert found(models()) == []


ALONE = {"back_populates": None}
NO_CASCADE = {"cascade": None, "passive_deletes": None}
REQUIRED = {"nullable": False, "index": True}
FAULTS = {
    "a collection without its other side": (
        {"pets": ALONE, "owner": {"viewonly": True}},
        (FAULT, "both-sides"),
    ),
    "a parent whose collection does not know it": (
        {"owner": {"overlaps": "pets"}, "pets": {"back_populates": None, "overlaps": "owner"}},
        (FAULT, "both-sides"),
    ),
    "the ORM deletes, the database refuses": ({"key": {}}, (FAULT, "cascades-agree")),
    "the database deletes, the ORM sets NULL": ({"pets": NO_CASCADE}, (FAULT, "cascades-agree")),
    "the ORM loads what the database deletes": (
        {"pets": {"passive_deletes": None}},
        (WARNING, "cascades-agree"),
    ),
    "NULL where it may not be": ({"pets": NO_CASCADE, "key": {}}, (FAULT, "cascades-agree")),
    "a row that takes its parent along": (
        {"owner": {**WITH_OWNER, "cascade": "all"}},
        (FAULT, "cascades-agree"),
    ),
    "no index": ({"column": (sa.Integer, {"nullable": False})}, (FAULT, "indexed")),
    "an index that begins with another column": (
        {
            "column": (sa.Integer, {"nullable": False}),
            "pet_options": (sa.Index("ix", "id", "owner_id"),),
        },
        (FAULT, "indexed"),
    ),
    "another sign": ({"column": (mysql.INTEGER(unsigned=True), REQUIRED)}, (FAULT, "same-type")),
    "another size": ({"column": (sa.BigInteger, REQUIRED)}, (FAULT, "same-type")),
    "ON DELETE SET NULL of what is required": (
        {"key": {"ondelete": "SET NULL"}, "pets": NO_CASCADE},
        (FAULT, "may-be-null"),
    ),
    "no names for constraints": ({"names": {"ix": NAMES["ix"]}}, (WARNING, "names")),
    "a mapping that does not hold together": (
        {"pets": {"back_populates": "nobody"}},
        (FAULT, "configures"),
    ),
}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("what", FAULTS)
def test_it_sees(what):
    changes, expected = FAULTS[what]

    assert expected in found(models(**changes))


@pytest.mark.sqlite_only
def test_it_sees_another_collation():
    base = models()
    owners, pets = base.metadata.tables["owners"], base.metadata.tables["pets"]
    owners.c.id.type, pets.c.owner_id.type = sa.String(9), sa.String(9, collation="utf8mb4_bin")

    assert (FAULT, "same-type") in found(base)


@pytest.mark.sqlite_only
def test_it_sees_a_key_to_what_is_no_key():
    base = models()
    owners = base.metadata.tables["owners"]
    owners.append_column(sa.Column("code", sa.Integer))
    extra = sa.Table("extra", base.metadata, sa.Column("id", sa.Integer, primary_key=True))
    extra.append_column(sa.Column("code", sa.Integer, ForeignKey("owners.code"), index=True))

    assert (FAULT, "points-at-a-key") in found(base)


@pytest.mark.sqlite_only
def test_it_sees_pairs_that_may_be_there_twice():
    base = models()
    link = sa.Table("links", base.metadata)
    for name in ("owners", "pets"):
        link.append_column(sa.Column(f"{name}_id", ForeignKey(f"{name}.id"), index=True))
    base.seen[0].liked = relationship(base.seen[1], secondary=link, info={"one_way": "a test"})

    assert (FAULT, "pairs-once") in found(base)


@pytest.mark.sqlite_only
def test_it_sees_a_circle_of_tables():
    base = models()
    owners = base.metadata.tables["owners"]
    favourite = ForeignKey("pets.id", name="fk_favourite", ondelete="SET NULL")
    owners.append_column(sa.Column("favourite", sa.Integer, favourite, index=True))
    told = [(one.rule, one.where) for one in keys.cycles(base.metadata)]

    assert ("no-circles", "owners.favourite") in told


# In the database itself


@pytest.fixture
def engine():
    engine = create_engine(database_url(KIND, "relationships"))
    base = models()
    base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO owners VALUES (1, 'a'), (2, 'b')"))
        rows = [{"id": number, "owner": number % 2 + 1} for number in range(1, 31)]
        connection.execute(text("INSERT INTO pets VALUES (:id, :owner)"), rows)
    yield engine
    engine.dispose()


def told(engine, with_rows=True):
    with engine.connect() as connection:
        return list(live.check(connection, models().metadata, with_rows))


def unchecked(engine, *statements):
    """Past everything that watches the application's own connections."""
    off = "SET foreign_key_checks=0" if is_server else "PRAGMA foreign_keys=OFF"
    with engine.connect() as connection:
        cursor = connection.connection.driver_connection.cursor()
        for statement in (off, *statements, "COMMIT" if is_server else "SELECT 1"):
            cursor.execute(statement)
        if not is_server:
            connection.connection.driver_connection.commit()
        connection.detach()


def made_anew(engine, before, after):
    """SQLite has no other way to change a key."""
    with engine.begin() as connection:
        find = "SELECT sql FROM sqlite_master WHERE name = 'pets'"
        made = connection.execute(text(find)).scalar_one()
        assert before in made
        connection.execute(text("DROP TABLE pets"))
        connection.exec_driver_sql(made.replace(before, after))


def test_a_database_as_the_models_say_passes(engine):
    assert told(engine) == []


def test_it_sees_rows_that_point_at_nothing(engine, monkeypatch):
    monkeypatch.setattr(orphans, "CHUNK", 7)
    unchecked(engine, "UPDATE pets SET owner_id = 99 WHERE id > 20")
    found = told(engine)

    assert [(one.rule, one.where) for one in found] == [("no-orphans", "pets.owner_id")]
    assert "10 rows point" in found[0].words
    assert found[0].rows == ("21", "22", "23", "24", "25")
    assert told(engine, with_rows=False) == []


def test_it_sees_a_key_that_the_database_does_not_have(engine):
    if is_server:
        unchecked(engine, "ALTER TABLE pets DROP FOREIGN KEY fk__pets__owner_id__owners")
    else:
        made_anew(engine, "REFERENCES owners (id) ON DELETE CASCADE", "REFERENCES pets (id)")

    assert "held" in {one.rule for one in told(engine)}


def test_it_sees_that_the_database_deletes_otherwise(engine):
    if is_server:
        unchecked(
            engine,
            "ALTER TABLE pets DROP FOREIGN KEY fk__pets__owner_id__owners",
            "ALTER TABLE pets ADD CONSTRAINT k FOREIGN KEY (owner_id) REFERENCES owners (id)",
        )
    else:
        made_anew(engine, " ON DELETE CASCADE", "")
    found = [one for one in told(engine) if one.rule == "cascades-agree"]

    words = "deletes by refusing in the database, by CASCADE in the models"
    assert [one.words for one in found] == [words]


def test_it_sees_columns_that_differ_there(engine):
    """Without a key between them a server takes any two columns."""
    if not is_server:
        return
    unchecked(
        engine,
        "ALTER TABLE pets DROP FOREIGN KEY fk__pets__owner_id__owners",
        "ALTER TABLE pets MODIFY owner_id INT UNSIGNED NOT NULL",
    )

    assert "same-type" in {one.rule for one in told(engine)}


def test_it_sees_a_table_that_is_missing(engine):
    unchecked(engine, "DROP TABLE pets")

    assert [(one.rule, one.where) for one in told(engine)] == [("is-there", "pets")]


# The command


def asked(*words):
    told = current_app.test_cli_runner().invoke(args=["verify-relationships", *words])
    return told.exit_code, told.stdout


def test_our_own_models_and_a_filled_database_hold(tmp_path):
    with empty_database(tmp_path):
        up(HEAD)
        fill()
        assert asked() == (0, "Every relationship holds, and every row.\n")
        assert {one["level"] for one in json.loads(asked("--json")[1])} <= {NOTE}
        unchecked(db.engine, "UPDATE reminder_labels SET reminder_id = x'00'")
        code, words = asked()
        assert (code, "fault: reminder_labels.reminder_id: 3 rows" in words) == (2, True)
        assert asked("--models-only")[0] == asked("--no-rows")[0] == 0


@pytest.mark.sqlite_only
def test_a_database_that_is_away_is_a_fault(app, monkeypatch):
    def away(*_):
        raise sa.exc.OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(live, "check", away)

    assert cli.verify()[-1].words == "cannot be asked: gone"


@pytest.mark.parametrize(
    ("levels", "code"), [([], 0), ([NOTE], 0), ([NOTE, WARNING], 1), ([WARNING, FAULT, NOTE], 2)]
)
def test_the_exit_code_is_that_of_the_worst(levels, code):
    assert exit_code([Found(level, "rule", "where", "words") for level in levels]) == code
