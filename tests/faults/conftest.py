from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import db
from tests.faults.product import Product, running
from tests.servers import MariaDB, SmtpSink

# What begins last is waited for alone. The fifth runs where the first did, so it is a short one: whoever
# has two tests left is given the next file.
FIRST = ["drill", "kills", "seeded_bugs", "away", "clock"]
FIRST += ["failover", "point_in_time", "crash_points", "database_health", "replicas"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With bin/test's --no-loadscope-reorder files are given out in this order."""
    places = {f"test_{name}.py": place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.fixture
def product(tmp_path) -> Iterator[Product]:
    """Real servers, and an application on them; parts are started by the test."""
    with running(tmp_path) as product:
        yield product


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Iterator[SimpleNamespace]:
    """A database and a mail server, without anybody who sends: tests fork those themselves."""
    with MariaDB() as database, SmtpSink() as sink:
        settings = load(
            {
                "APP_ENV": "chaos",
                "INSTANCE_PATH": str(tmp_path_factory.mktemp("instance")),
                "DATABASE_URL": database.url,
                "MAIL_FROM": "reminders@example.net",
                **sink.settings,
            }
        )
        app = create_app(settings)
        with app.app_context():
            db.create_all()
            yield SimpleNamespace(app=app, settings=settings, sink=sink)
            db.session.remove()
            db.engine.dispose()
