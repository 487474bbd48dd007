"""The host's clock is set by an hour: beat goes on poking, every second."""

from datetime import UTC, datetime, timedelta

import pytest

from reminder_app.app import create_app
from reminder_app.config import load
from reminder_app.database import db
from reminder_app.workers import Beat

AN_HOUR = timedelta(hours=1)


@pytest.fixture
def beat(tmp_path):
    app = create_app(load({"APP_ENV": "chaos", "INSTANCE_PATH": str(tmp_path)}))
    with app.app_context():
        db.create_all()
    beat = Beat(app=app.extensions["celery"])
    beat.poked = []
    beat.apply_entry = lambda entry, producer=None: beat.poked.append(entry.task)
    beat.setup_schedule()
    yield beat
    with app.app_context():
        db.engine.dispose()


def pokes(beat, monkeypatch, seconds: int, off: timedelta) -> int:
    """How often the pump was poked in so many seconds of a host whose clock is off."""
    beat.poked.clear()
    start = datetime.now(UTC) + off
    for tenth in range(seconds * 10):
        at = start + timedelta(seconds=tenth / 10)
        monkeypatch.setattr(beat.app, "now", lambda at=at: at)
        while beat.tick() == 0:
            pass
    return beat.poked.count("pump")


@pytest.mark.parametrize("step", [AN_HOUR, -AN_HOUR], ids=["ahead", "back"])
def test_beat_goes_on_when_the_clock_steps(beat, monkeypatch, step):
    assert pokes(beat, monkeypatch, 10, timedelta(0)) >= 9

    assert pokes(beat, monkeypatch, 10, step) >= 8
    assert pokes(beat, monkeypatch, 10, timedelta(0)) >= 8
