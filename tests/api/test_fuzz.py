"""Thousands of requests made from the OpenAPI document: none is answered with a 5xx."""

import contextvars
import os
from collections.abc import Iterator

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.schemas import APIOperation

from reminder_app.accounts import service as accounts
from reminder_app.web.errors import PARENT_GONE
from reminder_app.workspaces import roles
from tests.conftest import Person

# Over all operations; `FUZZ_REQUESTS=100000 bin/test --suite fuzz` for a long night.
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "10000"))
SHARDS = 10  # none of them as long as what looks like a test that hangs


def operations(app: Flask) -> list[APIOperation]:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    return [found.ok() for found in schema.get_all_operations()]


def all_operations(app: Flask) -> Iterator[APIOperation]:
    """The document is read without a request of the test's own around it."""
    yield from contextvars.Context().run(operations, app)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_request_from_the_document_breaks_the_server(app, alice: Person, shard: int):
    found = list(all_operations(app))
    each = max(1, REQUESTS // len(found))
    headers = {"Authorization": f"Bearer {token(alice)}"}
    sent = 0
    for operation in found[shard::SHARDS]:
        sent += attack(operation, headers, each)
    assert sent >= len(found[shard::SHARDS]) * each * 0.9


def attack(operation: APIOperation, headers: dict[str, str], requests: int) -> int:
    """Send `requests` generated requests, well-formed and not; returns how many went out."""
    sent = 0

    @settings(
        max_examples=requests,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case: Case) -> None:
        nonlocal sent
        answer = contextvars.Context().run(case.call, headers=headers)
        sent += 1
        assert answer.status_code < 500, f"{case.as_curl_command()}\n{answer.text}"
        is_race = answer.status_code == 409 and str(PARENT_GONE) in answer.text
        assert not is_race, f"{case.as_curl_command()}\nNobody else was at work."

    send()
    return sent


def token(person: Person) -> str:
    scopes = [scope for scope in roles.SCOPES if scope != "tokens:write"]
    _, secret = accounts.create_token(person.id, person.workspace_id, name="fuzz", scopes=scopes)
    return secret
