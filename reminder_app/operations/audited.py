"""What of the product is written down when it changes, and who it was."""

import hashlib
from pathlib import Path

from flask import Flask, g, has_request_context

from reminder_app.config import Settings
from reminder_app.database import audit, partitions
from reminder_app.database.audit import Actor, Watched
from reminder_app.database.audit import cli as audit_cli
from reminder_app.database.audit.tasks import leaving
from reminder_app.database.audit.who import nobody
from reminder_app.database.partitions import Partitioned
from reminder_app.database.partitions import cli as partitions_cli

TIMES = frozenset({"updated_at", "created_at"})


def quiet(*names: str) -> frozenset[str]:
    return TIMES.union(names)


# Not the ledger of deliveries: its attempts are its own proof. Not the occurrences: each says who acted
# on it, and the planner writes them by the thousand.
WATCHED = [
    Watched("users", secret=frozenset({"password_hash"}), quiet=quiet("theme")),
    Watched(
        "api_tokens",
        secret=frozenset({"token_hash"}),
        quiet=frozenset({"used_at"}),
        part_of="user_id",
        scope="workspace_id",
    ),
    Watched("workspaces", quiet=TIMES, scope="id"),
    Watched("memberships", quiet=TIMES, part_of="workspace_id", scope="workspace_id"),
    Watched(
        "invitations",
        secret=frozenset({"token_hash"}),
        quiet=TIMES,
        part_of="workspace_id",
        scope="workspace_id",
    ),
    Watched(
        "calendar_feeds",
        secret=frozenset({"token_hash"}),
        quiet=quiet("used_at"),
        part_of="user_id",
        scope="workspace_id",
    ),
    Watched(
        "endpoints",
        secret=frozenset({"address", "address_hash", "secret", "former_secret"}),
        quiet=quiet("state", "words", "used_at", "failed_at"),
        part_of="user_id",
    ),
    Watched(
        "gateways",
        secret=frozenset({"address"}),
        quiet=quiet("state", "words", "used_at", "failed_at"),
        scope="workspace_id",
    ),
    Watched("channel_orders", quiet=TIMES, part_of="user_id"),
    Watched("contacts", quiet=TIMES, scope="workspace_id"),
    Watched("contact_tags", part_of="contact_id", scope="workspace_id"),
    # What the planner moves on by itself is no change of the reminder.
    Watched(
        "reminders",
        quiet=quiet("next_at", "plan_at", "planned_until", "version", "trouble"),
        scope="workspace_id",
    ),
    Watched("reminder_texts", quiet=TIMES, scope="workspace_id"),
    Watched("reminder_recipients", part_of="reminder_id"),
    Watched("reminder_labels", part_of="reminder_id", scope="workspace_id"),
    Watched(
        "email_configurations",
        secret=frozenset({"smtp_password"}),
        quiet=quiet("tested_at", "test_passed", "test_words"),
        scope="workspace_id",
    ),
    Watched(
        "sender_identities",
        secret=frozenset({"code_hash"}),
        quiet=quiet("code_until", "code_tries"),
        scope="workspace_id",
    ),
    Watched(
        "sending_accounts",
        quiet=quiet("broken_since", "broken_words", "retry_at", "failures"),
    ),
]


def init_app(app: Flask, settings: Settings) -> None:
    app.cli.add_command(audit_cli.audit)
    app.cli.add_command(partitions_cli.partitions)
    tables = [
        Partitioned("audit_log", settings.audit_kept_months, leaving),
        Partitioned("query_samples", 2),
    ]
    folder = settings.partition_archive
    partitions.init_app(app, tables, Path(folder) if folder else None)
    if settings.db_audit:
        audit.init_app(
            app,
            WATCHED,
            who=who,
            keys=[key_from(one) for one in (settings.secret_key, *settings.secret_key_fallbacks)],
            anchor=settings.audit_anchor or str(settings.instance_path / "audit.anchors"),
            kept_months=settings.audit_kept_months,
        )


def key_from(secret: str) -> bytes:
    """A key of its own: what signs links must not sign this."""
    return hashlib.sha256(b"audit:" + secret.encode()).digest()


def who() -> Actor:
    if not has_request_context():
        return nobody()
    actor, request_id = g.get("actor"), g.get("request_id", "")
    if actor is None:
        return Actor(name="nobody signed in", request_id=request_id)
    by_token = " (token)" if actor.token_id else ""
    return Actor(str(actor.user_id), f"{actor.name or actor.email}{by_token}", request_id)
