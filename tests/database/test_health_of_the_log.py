"""`flask db-health` says whether the log of changes is whole and the months to come are ready."""

from dataclasses import replace
from datetime import timedelta

from reminder_app.database import capabilities, clock, db
from reminder_app.database.audit import tasks
from reminder_app.database.audit.part import EXTENSION
from reminder_app.database.engine import settings_of
from reminder_app.database.health import kept
from reminder_app.database.health.findings import BAD, GOOD, WARN, Look
from tests.database.audit_trail import behind_its_back, trail_with
from tests.servers import Redis


def level(check):
    db.session.rollback()
    return [one.level for one in check(None)]


def test_the_log_goes_from_good_to_late_to_bad(app, alice, tmp_path, monkeypatch):
    trail = trail_with(anchor=str(tmp_path / "anchors"))
    monkeypatch.setitem(app.extensions, EXTENSION, trail)
    assert level(kept.audit) == [GOOD]  # not looked through yet
    clock.shift(timedelta(minutes=1))
    tasks.seal()
    tasks.verify()
    assert level(kept.audit) == [GOOD]

    clock.shift(timedelta(days=3))
    assert level(kept.audit) == [WARN]

    behind_its_back("UPDATE audit_log SET actor = 'x' WHERE table_name = 'users'")
    tasks.verify()
    assert level(kept.audit) == [BAD]


def test_without_a_log_it_says_so(app, monkeypatch):
    monkeypatch.delitem(app.extensions, EXTENSION)

    (told,) = kept.audit(None)
    assert "DB_AUDIT is off" in told.says


def test_a_redis_that_wants_a_password_is_told(app):
    with Redis() as server:
        look = Look(None, None, replace(settings_of(), redis_url=server.patient_url))
        assert level_of(look) == [GOOD]
        with server.client() as client:
            client.config_set("requirepass", "of-redis")

        (told,) = kept.redis(look)

        assert told.level == WARN
        assert "Authentication required" in told.says
        assert "REDIS_URL" in told.says
        url = server.patient_url.replace("//", "//:wrong-word@")
        (told,) = kept.redis(look._replace(settings=replace(settings_of(), redis_url=url)))
        assert (told.level, "wrong-word" in told.says) == (WARN, False)
    assert level_of(look) == [WARN]


def level_of(look):
    return [one.level for one in kept.redis(look)]


def test_each_table_by_the_month_has_its_line(app):
    told = list(kept.months(None))

    assert [one.name for one in told] == ["months of audit_log", "months of query_samples"]
    if not capabilities.of(db.engine).partitions:
        assert all("SQLite has no partitions" in one.says for one in told)
