"""The layer in a bare application of somebody else's, with nothing of the product to be had."""

import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT
from tests.database.lifted import url_for

# Whatever of the product is imported on the way is an error; the layer alone is not.
ALONE = """
import sys

class OnlyTheLayer:
    def find_spec(self, name, path=None, target=None):
        parts = name.split(".")
        if parts[0] in ("celery", "marshmallow", "flask_smorest") or (
            parts[0] == "reminder_app" and len(parts) > 1 and parts[1] != "database"
        ):
            raise ImportError("the layer alone: " + name)

sys.meta_path.insert(0, OnlyTheLayer())

from flask import Flask, jsonify
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column
from reminder_app.database import (
    DatabaseSettings, Model, Page, db, keyset_page, one_of_each, parts, pool, session_scope, transaction,
)

class Book(Model):
    __tablename__ = "books"
    title: Mapped[str] = mapped_column(String(80), unique=True)

app = Flask("library")
parts.init_app(app, DatabaseSettings(url=sys.argv[1], application_name="library"))

@one_of_each("title", "There is one of this title.")
@transaction
def add(title):
    db.session.add(Book(title=title))

@app.get("/books")
def books():
    page = keyset_page(select(Book), (Book.title, Book.id), cursor=None, limit=2)
    return jsonify(titles=[book.title for book in page.items], more=bool(page.next_cursor))

with app.app_context():
    db.metadata.drop_all(db.engine, [Book.__table__])
    db.metadata.create_all(db.engine, [Book.__table__])
    for title in ("Emma", "Persuasion"):
        add(title)
    try:
        add("Emma")
    except Exception as error:
        print(type(error).__name__, error.fields)

with session_scope("shelf", app) as session:
    session.add(Book(title="Sanditon"))
print(app.test_client().get("/books").json)
with app.app_context():
    figures = pool.figures(db.engine)
    print(figures["in_use"], figures["connects"] > 0)
    db.metadata.drop_all(db.engine, [Book.__table__])
print(sorted(name for name in sys.modules if name.startswith("reminder_app.")
             and not name.startswith("reminder_app.database")))
"""


@pytest.fixture(scope="module")
def said() -> list[str]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE, url_for("bare")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_it_refuses_in_words_of_its_own(said):
    assert said[0] == "Taken {'title': 'There is one of this title.'}"


def test_units_scopes_and_pages_work_on_foreign_tables(said):
    assert said[1] == "{'more': True, 'titles': ['Emma', 'Persuasion']}"


def test_its_pool_is_counted(said):
    assert said[2] == "0 True"


def test_nothing_of_the_product_came_with_it(said):
    assert said[3] == "[]"
