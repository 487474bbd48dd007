"""Moments are written in one way, whatever part of the API gives them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from marshmallow import Schema, ValidationError, fields

from reminder_app.database import now
from reminder_app.delivery import service as delivery
from reminder_app.web.instant import Day, Instant
from tests.delivery.notes import planned

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?Z")
ON_A_CLOCK = {"starts_at", "local"}


def moments(found, name=""):
    """Every string in an answer that is a moment, and no wall-clock time."""
    if isinstance(found, dict):
        return [one for key, value in found.items() for one in moments(value, key)]
    if isinstance(found, list):
        return [one for value in found for one in moments(value, name)]
    return [found] if name not in ON_A_CLOCK and MOMENT.match(str(found)) else []


def test_every_answer_writes_them_in_utc_with_a_z(alice):
    api = alice.api()
    delivery.plan([planned(alice, "note:1", due_at=now())])
    starts_at = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    expires_at = (now() + timedelta(days=1)).isoformat()
    made = [
        api.post("/api/v1/reminders", json={"title": "Tea", "starts_at": starts_at}),
        api.post("/api/v1/reminders/preview", json={"starts_at": starts_at}),
        api.post("/api/v1/contacts", json={"name": "Carl"}),
        api.post(
            "/api/v1/tokens",
            json={"name": "x", "scopes": ["me:read"], "expires_at": expires_at},
        ),
    ]
    read = [
        api.get(f"/api/v1/{name}") for name in ("reminders", "contacts", "tokens", "deliveries")
    ]

    for answer in made + read:
        assert answer.status_code in (200, 201)
        found = moments(answer.json)
        assert found
        assert [one for one in found if not WRITTEN.fullmatch(one)] == []


def test_a_new_token_looks_like_one_of_the_list(alice):
    api = alice.api()
    made = api.post("/api/v1/tokens", json={"name": "x", "scopes": ["me:read"]}).json
    [listed] = [one for one in api.get("/api/v1/tokens").json["items"] if one["id"] == made["id"]]

    assert made.pop("token")
    assert made == listed


@pytest.mark.parametrize(
    "text",
    [
        "2027-01-31T09:00:00+01:00",
        "2027-01-31T09:00:00 01:00",
        "2027-01-31 08:00Z",
        "2027-01-31T08:00:00.000Z",
    ],
)
def test_any_offset_will_do(text):
    assert Instant().deserialize(text) == datetime(2027, 1, 31, 8, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2027-01-31T08:00:00", "2027-01-31", "soon", "", 5, "1\u0662"])
def test_without_an_offset_it_is_no_moment(text):
    with pytest.raises(ValidationError, match="with its offset"):
        Instant().deserialize(text)


@pytest.mark.parametrize("text", ["2027-01-31T00:00:00", "2027-01-31", "2027-01-31T01:00+01:00"])
def test_unless_its_field_says_which_is_meant(text):
    assert Instant(default_timezone=UTC).deserialize(text) == datetime(2027, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_the_ends_of_the_calendar_are_refused(text):
    with pytest.raises(ValidationError, match="Choose a year"):
        Instant().deserialize(text)


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_at_the_ends_of_the_calendar_is_refused(day):
    with pytest.raises(ValidationError, match="Choose a year from 1900 to 2199"):
        Day().deserialize(day)


def test_every_day_that_is_asked_for_is_such_a_day(app):
    plain = [
        f"{schema.__name__}.{name}"
        for schema in all_schemas()
        for name, field in schema._declared_fields.items()
        if type(field) is fields.Date
    ]

    assert plain == []


def all_schemas(of=Schema):
    """Of ours."""
    for schema in of.__subclasses__():
        if schema.__module__.startswith("reminder_app"):
            yield schema
        yield from all_schemas(schema)
