"""Closed by default, open by name: this is the list of what anybody may call."""

from reminder_app.workspaces import roles
from tests.architecture.routes_called import METHODS, NOT_OURS

PUBLIC = {
    "GET /api/docs",
    "GET /api/openapi.json",
    "GET /calendar-feeds/<token>.ics",
    "GET /d/<token>",
    "POST /d/<token>",
    "GET /e/<token>",
    "POST /e/<token>",
    "GET /f/<token>",
    "GET /f/<token>/<uuid:attachment_id>",
    "GET /health/db",
    "GET /health/live",
    "GET /health/ready",
    "GET /manifest.webmanifest",
    "GET /metrics",
    "GET /offline",
    "GET /invitations/<token>",
    "POST /invitations/<token>/sign-up",
    "GET /reset",
    "POST /reset",
    "GET /reset/<token>",
    "POST /reset/<token>",
    "GET /sign-in",
    "GET /sw.js",
    "POST /sign-in",
    "GET /sign-up",
    "POST /sign-up",
}


def ours(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in NOT_OURS:
            view = app.view_functions[rule.endpoint]
            for method in rule.methods & METHODS:
                yield f"{method} {rule.rule}", view


def test_only_these_routes_are_public(app):
    assert {route for route, view in ours(app) if getattr(view, "is_public", False)} == PUBLIC


def test_every_other_route_names_its_permission(app):
    nameless = [
        route
        for route, view in ours(app)
        if not getattr(view, "is_public", False) and not getattr(view, "permission", None)
    ]

    assert nameless == []


def test_no_route_is_both(app):
    both = [
        route
        for route, view in ours(app)
        if getattr(view, "is_public", False) and getattr(view, "permission", None)
    ]

    assert both == []


def test_reading_never_needs_the_right_to_write(app):
    """And the other way round: what changes something is never open to a viewer."""
    viewer = roles.ROLES["viewer"]
    wrong = [
        route
        for route, view in ours(app)
        if not route.startswith("GET ") and getattr(view, "permission", "") in viewer
    ]

    assert wrong == []
