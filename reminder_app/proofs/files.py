"""The history of a client as a file, to hand on: the same for whoever of the workspace asks."""

import re
from collections.abc import Iterator
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, current_app

from reminder_app.database import now
from reminder_app.proofs import paper, service, tables
from reminder_app.recurrence.wall_time import zone_named
from reminder_app.translations import gettext as _
from reminder_app.translations import ngettext
from reminder_app.web.days import as_moments
from reminder_app.web.formatting import local_day, locale, number
from reminder_app.web.gate import current
from reminder_app.workspaces import service as workspaces

Period = dict[str, date | None]  # since, until: days in the zone of the workspace


def as_table(contact_id: UUID, asked: Period) -> Response:
    found = whole(contact_id, asked, zone())
    return file(tables.csv_lines(found.items), "text/csv; charset=utf-8", found, "csv")


def as_paper(contact_id: UUID, asked: Period) -> Response:
    actor, place = current(), zone()
    found = whole(contact_id, asked, place)
    who, many = found.contact, len(found.items)
    address = who.email or _("No email address")
    facts = [
        f"{address} · {actor.workspace_name}",
        told(many, {name: local_day(day) if day else None for name, day in asked.items()}),
        _("All times are those of %(zone)s.", zone=place.key),
        *([cut()] if found.is_cut else []),
    ]
    title = _("What was sent to %(name)s", name=who.name)
    content = paper.pdf(title, facts, found.items, now(), paper.Clock(place, locale()))
    return file(content, "application/pdf", found, "pdf")


def whole(contact_id: UUID, asked: Period, place: ZoneInfo) -> service.History:
    workspace_id = current().workspace_id
    return service.whole(workspace_id, contact_id, mail_from(), **as_moments(asked, place))


def zone() -> ZoneInfo:
    """The workspace's: whoever of it asks, the same is shown."""
    return zone_named(workspaces.get(current().workspace_id).time_zone) or ZoneInfo("UTC")


def mail_from() -> str:
    return str(current_app.config["SETTINGS"].mail_from)


def file(
    content: bytes | Iterator[str], kind: str, found: service.History, ending: str
) -> Response:
    name = re.sub(r"[^A-Za-z0-9]+", "-", found.contact.name).strip("-").lower() or "contact"
    headers = {"Content-Disposition": f'attachment; filename="history-{name}.{ending}"'}
    return Response(content, content_type=kind, headers=headers)


def cut() -> str:
    return _(
        "Only the latest %(most)s are listed: choose a period for the others.",
        most=number(service.MOST),
    )


def told(many: int, asked: dict[str, str | None]) -> str:
    since, until = asked["since"], asked["until"]
    places = {"count": many, "since": since, "until": until}
    if since and until:
        return ngettext(
            "%(count)s message from %(since)s to %(until)s, the latest first.",
            "%(count)s messages from %(since)s to %(until)s, the latest first.",
            many,
            **places,
        )
    if since:
        return ngettext(
            "%(count)s message from %(since)s, the latest first.",
            "%(count)s messages from %(since)s, the latest first.",
            many,
            **places,
        )
    if until:
        return ngettext(
            "%(count)s message to %(until)s, the latest first.",
            "%(count)s messages to %(until)s, the latest first.",
            many,
            **places,
        )
    return ngettext(
        "%(count)s message, the latest first.",
        "%(count)s messages, the latest first.",
        many,
        **places,
    )
