"""Whoever reads a file of contacts is killed with -9 again and again: nobody is taken twice, nobody left out."""

import io
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.contacts import import_work, importing
from reminder_app.contacts.models import Contact, ContactTag
from reminder_app.database import db
from reminder_app.workspaces import service as workspaces
from tests.servers import MariaDB

pytestmark = pytest.mark.faults
ROWS, KILLS, CHUNK = 4_000, 6, 20
READER = """
import sys
from pathlib import Path
from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.contacts import import_work
import os
app = create_app(load(dict(os.environ)))
import_work.CHUNK = int(sys.argv[2])
with app.app_context():
    while import_work.work(Path(sys.argv[1]), seconds=0):
        print("chunk", flush=True)
"""


@pytest.fixture(params=["sqlite", "mariadb"])
def environ(request, tmp_path):
    given = {
        "APP_ENV": "chaos",
        "INSTANCE_PATH": str(tmp_path / "instance"),
        "MAIL_FROM": "reminders@example.net",
        "SMTP_HOST": "localhost",
    }
    if request.param == "sqlite":
        yield given | {"DATABASE_URL": f"sqlite:///{tmp_path}/contacts.db"}
        return
    with MariaDB() as database:
        yield given | {"DATABASE_URL": database.url}


def test_a_killed_reader_leaves_nobody_twice_and_nobody_out(environ, tmp_path):
    app = create_app(load(environ))
    folder = tmp_path / "instance" / importing.FOLDER
    text = "Name,Email,Tags\n" + "".join(
        f"Person {n},{'none' if n % 100 == 0 else f'p{n}@example.org'},a;b\n" for n in range(ROWS)
    )
    with app.app_context():
        db.create_all()
        user = workspaces.sign_up("alice@example.org", "quiet rivers bend twice", name="Alice")
        row = importing.upload(
            user.workspace_id, user.id, "x.csv", io.BytesIO(text.encode()), folder
        )
        importing.start(user.workspace_id, row.id, folder)
        chance = random.Random(5)
        killed = [kill_one(environ, folder, chance.randint(1, 12)) for _ in range(KILLS)]
        while import_work.work(folder):
            continue
        db.session.rollback()
        row = importing.get(user.workspace_id, row.id)
        emails = Counter(db.session.scalars(select(Contact.email)))
        tags = db.session.query(ContactTag).count()
        lines = [one.line for one in importing.all_failures(row.id)]
        db.session.remove()
        db.engine.dispose()

    assert killed == [-9] * KILLS
    assert (row.state, row.created_count, row.failed_count) == (
        "done",
        ROWS * 99 // 100,
        ROWS // 100,
    )
    assert len(emails) == emails.total() == ROWS * 99 // 100
    assert tags == 2 * emails.total()
    assert lines == [2 + n for n in range(0, ROWS, 100)]


def kill_one(environ: dict[str, str], folder: Path, after: int) -> int:
    """After so many chunks, and wherever it is in the next one."""
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(folder), str(CHUNK)],
        env=environ | {"PATH": os.environ["PATH"], "ENV_FILE": ""},
        stdout=subprocess.PIPE,
        text=True,
    )
    with reader:
        assert reader.stdout
        for _ in range(after):
            assert reader.stdout.readline() == "chunk\n"
        reader.kill()
    return reader.returncode
