import re

import pytest

from reminder_app.app import create_app
from reminder_app.config import load


def directives(answer) -> dict[str, str]:
    policy = answer.headers["Content-Security-Policy"]
    return dict(part.strip().partition(" ")[::2] for part in policy.split(";"))


def test_every_answer_has_a_strict_policy(app):
    policy = directives(app.test_client().get("/sign-in"))

    assert policy["default-src"] == "'none'"
    assert "unsafe" not in " ".join(policy.values())
    assert re.fullmatch(r"'self' 'nonce-[\w-]{22}'", policy["script-src"])
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"


def test_the_nonce_is_new_each_time(app):
    client = app.test_client()

    assert directives(client.get("/sign-in")) != directives(client.get("/sign-in"))


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/me", "/nothing-here", "/health/live"])
def test_pages_json_and_errors_are_guarded_alike(app, path):
    headers = app.test_client().get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "X-Request-Id" in headers


def test_over_tls_the_browser_is_told_to_stay_there(tmp_path):
    environment = {"APP_ENV": "testing", "INSTANCE_PATH": str(tmp_path)}
    secure = create_app(load({**environment, "PUBLIC_URL": "https://remind.example.org"}))
    headers = secure.test_client().get("/health/live").headers

    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert secure.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert secure.config["SESSION_COOKIE_SECURE"]


def test_a_page_has_no_inline_style_script_or_handler(app):
    page = app.test_client().get("/sign-in").text

    assert not re.search(r"\son[a-z]+=|\sstyle=|<style", page)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)


def test_an_ordinary_answer_does_not_say_when_to_come_back(settings):
    answer = create_app(settings).test_client().get("/sign-in")

    assert answer.headers["X-RateLimit-Limit"]
    assert "Retry-After" not in answer.headers
