"""Times on pages, in the way of whoever reads them."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from flask import g

from reminder_app.database import clock, now
from reminder_app.translations import speaking
from reminder_app.web import formatting

pytestmark = pytest.mark.sqlite_only
ZONE = "Europe/Berlin"


@pytest.fixture
def reads(app):
    """reads("de") is who reads it, on 12 January 2026."""
    clock.shift(datetime(2026, 1, 12, 9, tzinfo=UTC) - now())

    def as_of(locale, function, value):
        with app.test_request_context(), speaking(locale):
            g.actor = SimpleNamespace(time_zone=ZONE, locale=locale)
            return function(value)

    return as_of


@pytest.mark.parametrize(
    ("locale", "year", "said"),
    [
        ("en-GB", 2026, "8 Jan, 09:00:01.045"),
        ("de", 2026, "8. Jan., 09:00:01,045"),
        ("en-GB", 2025, "8 Jan 2025, 09:00:01.045"),
        ("de", 2025, "8. Jan. 2025, 09:00:01,045"),
    ],
)
def test_thousandths_are_parted_as_the_locale_parts_them(reads, locale, year, said):
    at = datetime(year, 1, 8, 8, 0, 1, 45_678, tzinfo=UTC)

    assert reads(locale, formatting.exact, at) == said


@pytest.mark.parametrize(
    ("year", "month", "said"),
    [(2025, 12, "24 Dec 2025, 09:00"), (2026, 12, "Thu 24 Dec, 09:00")],
)
def test_a_day_of_another_year_says_so_however_near(reads, year, month, said):
    at = datetime(year, month, 24, 8, tzinfo=UTC)

    assert reads("en-GB", formatting.when, at) == said
