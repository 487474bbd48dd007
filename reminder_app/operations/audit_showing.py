"""What the log says, readied for the operator's pages and the JSON."""

from datetime import UTC, datetime, timedelta

from flask import request

from reminder_app.database import now
from reminder_app.database.audit.entries import KEPT_SECRET
from reminder_app.database.audit.history import ACTIONS, Asked
from reminder_app.database.audit.models import AuditEntry
from reminder_app.errors import Invalid
from reminder_app.operations.audit_fields import FIELDS
from reminder_app.operations.audited import WATCHED
from reminder_app.operations.layer_showing import told as in_language
from reminder_app.operations.layer_texts import ACTORS
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext, pgettext
from reminder_app.workspaces import roles

SPANS = {"day": 1, "week": 7, "month": 31, "year": 366}
SPAN_WORDS = {
    "day": lazy_gettext("Last day"),
    "week": lazy_gettext("Last week"),
    "month": lazy_gettext("Last month"),
    "year": lazy_gettext("Last year"),
}
TABLES = sorted(one.table for one in WATCHED) + ["operator"]
LONGEST = 64  # of a key
TONES = {
    "create": "good",
    "update": "neutral",
    "delete": "bad",
    "statement": "warn",
    "event": "info",
}
THINGS = {
    "api_tokens": lazy_gettext("API token"),
    "calendar_feeds": lazy_gettext("Calendar feed"),
    "channel_orders": lazy_gettext("Order of channels"),
    "contact_tags": lazy_gettext("Tag of a contact"),
    "contacts": lazy_gettext("Contact"),
    "email_configurations": lazy_gettext("Mail server"),
    "endpoints": lazy_gettext("Channel"),
    "invitations": lazy_gettext("Invitation"),
    "memberships": lazy_gettext("Membership"),
    "operator": lazy_gettext("Operator"),
    "reminder_labels": lazy_gettext("Label of a reminder"),
    "reminder_recipients": lazy_gettext("Recipient of a reminder"),
    "reminder_texts": lazy_gettext("Text"),
    "reminders": lazy_gettext("Reminder"),
    "sender_identities": lazy_gettext("Sender"),
    "sending_accounts": lazy_gettext("Sending account"),
    "users": lazy_gettext("Person"),
    "workspaces": lazy_gettext("Workspace"),
}
NAMES = ("name", "title", "email", "role")
EMPTY = "–"
SHORT = 60
BAD_DAY = lazy_gettext("Give a day as 2026-11-21.")


def words() -> dict[str, str]:
    """What happened, by the log's word for it."""
    return {
        "create": pgettext("change", "made"),
        "update": pgettext("change", "changed"),
        "delete": pgettext("change", "removed"),
        "statement": pgettext("change", "many at once"),
        "event": pgettext("change", "done"),
    }


def asked() -> dict[str, str]:
    """The filter as the address has it; what is no such thing is left out."""
    given = request.args
    found = {name: given.get(name, "").strip()[:LONGEST] for name in ("actor", "object")}
    found["table"] = given.get("table", "") if given.get("table") in TABLES else ""
    found["action"] = given.get("action", "") if given.get("action") in ACTIONS else ""
    found["span"] = given.get("span", "") if given.get("span") in SPANS else "week"
    found["until"] = given.get("until", "")[:10]
    return found


def filter_of(wanted: dict[str, str]) -> Asked:
    until = day_after(wanted["until"])
    return Asked(
        table=wanted["table"],
        action=wanted["action"],
        actor_key=wanted["actor"],
        object_key=wanted["object"],
        since=(until or now()) - timedelta(days=SPANS[wanted["span"]]),
        until=until,
    )


def day_after(text: str) -> datetime | None:
    """Raises Invalid."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise Invalid(str(BAD_DAY), until=str(BAD_DAY)) from error


def in_words(entry: AuditEntry) -> str:
    """What it was about, as a title."""
    thing = str(THINGS.get(entry.table_name, entry.table_name))
    told = (entry.after or {}) | (entry.before or {}) if entry.action == "delete" else entry.after
    key = next((one for one in NAMES if told.get(one)), "") if told else ""
    name = told[key] if told and key else ""
    if key == "role":
        name = roles.name(str(name))
    return f"{thing}: {name}" if isinstance(name, str) and name else thing


def differences(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """(field, before, after); of whole rows only what is in them."""
    before, after = entry.before or {}, entry.after or {}
    names = sorted(before.keys() | after.keys())
    if entry.action != "update":
        names = [name for name in names if (before | after)[name] not in ("", [], {})]
    return [(field(name), text_of(before, name), text_of(after, name)) for name in names]


def field(name: str) -> str:
    return str(FIELDS.get(name) or name.replace("_", " "))


def text_of(values: dict[str, object], name: str) -> str:
    value = values.get(name)
    if isinstance(value, bool):
        return _("True") if value else _("False")
    if value == KEPT_SECRET:
        return in_language(KEPT_SECRET)
    return EMPTY if value in (None, "") else str(value)


def briefly(entry: AuditEntry) -> str:
    """The changes in a line."""
    if entry.action == "update":
        parts = [f"{name}: {cut(old)} → {cut(new)}" for name, old, new in differences(entry)]
        return ", ".join(parts)
    return cut(entry.note, 160)


def cut(text: str, most: int = SHORT) -> str:
    return text if len(text) <= most else text[:most] + "…"


def row(entry: AuditEntry) -> dict[str, object]:
    return {
        "id": entry.id,
        "at": entry.at,
        "table": entry.table_name,
        "title": in_words(entry),
        "action": entry.action,
        "word": words()[entry.action],
        "tone": TONES[entry.action],
        "actor": in_language(entry.actor, ACTORS),
        "actor_key": entry.actor_key,
        "source": entry.source,
        "many": entry.many,
        "object_key": entry.object_key,
        "briefly": briefly(entry),
        "differences": differences(entry),
    }
