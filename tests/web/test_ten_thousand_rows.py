"""Every list, on every page and endpoint, costs as many queries with ten rows as with ten thousand."""

import re
import uuid

from flask import Flask
from flask.testing import FlaskClient

from reminder_app.accounts import service as accounts
from tests.architecture.routes_called import NOT_OURS
from tests.conftest import Person
from tests.web.full_house import House

FEW, MANY = 10, 10_000
# Beside each route as it is: what its list may be asked for.
ASKED = {
    "/reminders": [
        "view=today", "view=upcoming&q=thing", "view=overdue", "label=home", "priority=normal",
        "recipient={contact_id}",
    ],
    "/api/v1/reminders": ["view=today", "view=upcoming", "view=overdue&q=thing", "label=home"],
    "/calendar": ["view=week", "view=agenda&label=home"],
    "/api/v1/calendar": ["start=2036-01-01&end=2036-01-31"],
    "/contacts": ["q=person"],
    "/find": ["q=thing"],
    "/find/options": ["q=thing", "q=person"],
    "/contacts/duplicates": ["by=phone", "by=name"],
    "/api/v1/contacts": ["q=person"],
    "/deliveries": ["state=sent", "q=person0", "reminder_id={reminder_id}"],
    "/deliveries/fragment": ["reminder_id={reminder_id}"],
    "/api/v1/deliveries": ["state=sent", "reminder_id={reminder_id}"],
    "/reminders/people": ["who=person&recipients=contact:{contact_id}"],
}  # fmt: skip
# 404 of no reminder, and of no token for figures; 503 as no worker runs, and no revision is noted.
NOT_WELL = {
    "/contacts/merge": 422,  # of nobody
    "/api/v1/calendar": 422,
    "/deliveries/fragment": 404,
    "/health/db": 503,
    "/health/ready": 503,
    "/metrics": 404,
    "/api/v1/contact-imports/{import_id}/preview": 409,  # it has ended
}
# A finding or two from each part of the database layer: on a server that many questions more.
ASK_THE_SERVER_OF_EVERYTHING = {"/operations/database/health", "/db-monitor/health"}


def paths(app: Flask, ids: dict[str, uuid.UUID]) -> list[str]:
    found = []
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<uuid:(\w+)>", r"{\1}", rule.rule)
        if "GET" in rule.methods and rule.endpoint not in NOT_OURS and "<" not in path:
            found += [path, *(f"{path}?{query}" for query in ASKED.get(path, []))]
    return [path.format_map(ids) for path in found]


def costs(house: House, person: Person, count_queries, known: dict[str, int]) -> dict[str, int]:
    """In queries, by path. What is not as known is asked again: something may not have been cached yet."""
    browser, api = person.browser(), person.api()
    found = {}
    not_well = {path.format_map(house.first): status for path, status in NOT_WELL.items()}
    for path in paths(person.app, house.first):
        client = api if path.startswith("/api/") else browser
        for _ in range(2):
            with count_queries() as statements:
                status = ask(client, path)
            assert status < 400 or status == not_well.get(path), path
            found[path] = len(statements)
            if found[path] == known.get(path):
                break
    return found


def ask(client: FlaskClient, path: str) -> int:
    with client.get(path) as answer:
        return answer.status_code


def test_ten_thousand_rows_cost_as_many_queries_as_ten(alice, count_queries):
    accounts.make_superuser(alice.email)  # who sees the operator's pages, too
    house = House(alice)
    house.fill(FEW)
    few = costs(house, alice, count_queries, {})
    house.fill(MANY)
    many = costs(house, alice, count_queries, few)

    assert {path: count for path, count in many.items() if count != few[path]} == {}
    assert len(many) > 40
    dear = {path: count for path, count in many.items() if count >= 25}
    assert dear.keys() <= ASK_THE_SERVER_OF_EVERYTHING
