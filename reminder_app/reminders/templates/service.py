"""Reminders that are made again and again: all of one but its day, under a name."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any

from reminder_app import recurrence
from reminder_app.database import Page, now, transaction
from reminder_app.delivery.headers import has_unseen
from reminder_app.delivery.senders import identities
from reminder_app.errors import Conflict, NotFound, refuse
from reminder_app.files.shelf import Shelf
from reminder_app.recurrence import Schedule
from reminder_app.reminders import attaching, draft, escalation, service
from reminder_app.reminders.attaching import Wanted
from reminder_app.reminders.file_models import TemplateFile
from reminder_app.reminders.models import Reminder
from reminder_app.reminders.recipients import choose
from reminder_app.reminders.templates import repository, starters
from reminder_app.reminders.templates.models import ReminderTemplate
from reminder_app.texts import service as texts
from reminder_app.translations import gettext as _
from reminder_app.workspaces import service as workspaces

LONGEST_NAME, MOST = 80, 200
Fields = dict[str, Any]
# What a template holds, and what it is where nothing is said. recipients None: chosen when it is used.
PLAIN: Fields = {
    "title": "",
    "notes": "",
    "time": "09:00",
    "rule": None,
    "month_end": "clamp",
    "repeat_after": None,
    "times_per": None,
    "zone_mode": "fixed",
    "advance_notices": [],
    "priority": "normal",
    "labels": [],
    **draft.PAYMENT_FIELDS,
    "link": "",
    "reference": "",
    "nag": None,
    "escalation": None,
    "recipients": None,
    "text_id": None,
    "sender_identity_id": None,
}
OF_SCHEDULE = ("time", "rule", "month_end", "repeat_after", "times_per")


@transaction
def create(
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID,
    *,
    name: str,
    with_files: Wanted | None = None,
    **fields: Any,
) -> ReminderTemplate:
    """`fields`: of PLAIN; the title at least. Raises Invalid, Conflict."""
    if repository.count(workspace_id) >= MOST:
        raise Conflict(
            _("There are %(most)s templates: delete one that is not needed first.", most=MOST)
        )
    hold(workspace_id, with_files)
    template = ReminderTemplate(
        workspace_id=workspace_id,
        created_by=actor_id,
        name=clean_name(name),
        fields=checked(workspace_id, actor_id, PLAIN | fields),
    )
    keep_files(template, with_files)
    repository.add(template)
    return template


def keep(workspace_id: uuid.UUID, actor_id: uuid.UUID, key: str) -> ReminderTemplate:
    """A ready-made one, as one's own. Raises NotFound, Conflict."""
    fields = ready_made(key)
    return create(workspace_id, actor_id, name=fields["title"], **fields)


def ready_made(key: str) -> Fields:
    """Raises NotFound."""
    try:
        return starters.starter(key)
    except KeyError as error:
        raise NotFound(_("There is no such template here.")) from error


@transaction
def edit(
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID,
    template_id: uuid.UUID,
    *,
    with_files: Wanted | None = None,
    **fields: Any,
) -> ReminderTemplate:
    """What was made from it stays as it is; `with_files`: all it has from now on. Raises NotFound, Invalid."""
    hold(workspace_id, with_files)
    template = there(repository.lock(workspace_id, template_id))
    keep_files(template, with_files)
    if "name" in fields:
        template.name = clean_name(fields.pop("name"))
    template.fields = checked(workspace_id, actor_id, template.fields | fields)
    template.changed_by = actor_id
    return template


def hold(workspace_id: uuid.UUID, with_files: Wanted | None) -> None:
    """Before any row in it, as whoever ends the workspace does."""
    if with_files and with_files.ids:
        workspaces.hold(workspace_id)


def keep_files(template: ReminderTemplate, wanted: Wanted | None) -> None:
    """Its own stay where they are named, and of others it gets what they hold. Raises Invalid (files)."""
    if wanted is None:
        return
    own = {one.id: one for one in template.files}
    have = [own[one] for one in wanted.ids if one in own]
    others = [one for one in wanted.ids if one not in own]
    found = attaching.taken_of(attaching.named(template.workspace_id, others))
    new = attaching.missing(have, found)
    attaching.check_room(template.workspace_id, have, new, wanted.shelf)
    template.files = have + [
        TemplateFile(workspace_id=template.workspace_id, **vars(one)) for one in new
    ]


@transaction
def delete(workspace_id: uuid.UUID, template_id: uuid.UUID) -> ReminderTemplate:
    template = there(repository.lock(workspace_id, template_id))
    repository.remove(template)
    return template


@transaction
def use(
    workspace_id: uuid.UUID,
    actor_id: uuid.UUID,
    template_id: uuid.UUID,
    *,
    day: date,
    time_zone: str,
    shelf: Shelf,
    **instead: Any,
) -> Reminder:
    """A reminder that begins on `day`, or on the first day after it that the rule names; with its files.

    `instead`: any of its fields for this once. Raises NotFound, Invalid.
    """
    template = there(repository.get(workspace_id, template_id))
    fields, files = usable(template, **instead), attaching.taken_of(template.files)
    if fields["recipients"] is None:
        refuse("recipients", _("This template leaves open who is reminded: choose somebody."))
    schedule = schedule_of(fields, day, time_zone)
    make = partial(
        service.create_reminder,
        workspace_id,
        actor_id,
        starts_at=schedule.starts_at,
        time_zone=schedule.zone,
        rule=schedule.rule,
        month_end=schedule.month_end,
        repeat_after=schedule.after,
        times_per=schedule.times,
        **{name: value for name, value in fields.items() if name not in OF_SCHEDULE},
    )
    if not files:
        return make()
    return attaching.save_and_attach(make, workspace_id, actor_id, None, files, shelf)


def usable(template: ReminderTemplate, **instead: Any) -> Fields:
    """A text or a sender that is gone stands for the usual one."""
    fields = opened({**template.fields, **instead})
    text_id = fields["text_id"]
    if text_id and text_id not in {one.id for one in texts.choices(template.workspace_id)}:
        fields["text_id"] = None
    sender = fields["sender_identity_id"]
    if sender and identities.find(template.workspace_id, sender) is None:
        fields["sender_identity_id"] = None
    return fields


def get(workspace_id: uuid.UUID, template_id: uuid.UUID) -> ReminderTemplate:
    return there(repository.get(workspace_id, template_id))


def browse(
    workspace_id: uuid.UUID, *, cursor: str | None = None, limit: int = 50
) -> Page[ReminderTemplate]:
    return repository.browse(workspace_id, cursor, limit)


def checked(workspace_id: uuid.UUID, actor_id: uuid.UUID, fields: Fields) -> Fields:
    """As they are kept: plain JSON. Raises Invalid as create_reminder does."""
    fields = opened(fields)
    schedule = schedule_of(fields, now().date(), "UTC")
    fields |= {"rule": schedule.rule, "repeat_after": schedule.after}
    fields = draft.clean(fields)
    draft.check_payment(*(fields[name] for name in draft.PAYMENT_FIELDS))
    service.check_text(workspace_id, fields["text_id"])
    identities.check_chosen(workspace_id, fields["sender_identity_id"])
    escalation.columns(workspace_id, actor_id, fields["escalation"])
    if fields["recipients"] is not None:
        choose(workspace_id, actor_id, fields["recipients"])
    return {name: plain(fields[name]) for name in PLAIN}


def schedule_of(fields: Fields, day: date, zone: str) -> Schedule:
    """Raises Invalid."""
    starts_at = datetime.combine(day, fields["time"])
    after, times = fields["repeat_after"], fields["times_per"]
    schedule = Schedule(starts_at, zone, fields["rule"], fields["month_end"], after, times)
    return recurrence.snap(schedule)


def opened(fields: Mapping[str, Any]) -> Fields:
    """Kept ones as create_reminder takes them; those that are so already stay."""
    found = dict(fields)
    if isinstance(found["time"], str):
        found["time"] = time.fromisoformat(found["time"])
    for name in ("text_id", "sender_identity_id"):
        if isinstance(found[name], str):
            found[name] = uuid.UUID(found[name])
    if found["recipients"] is not None:
        found["recipients"] = [named(one) for one in found["recipients"]]
    if found["escalation"]:
        found["escalation"] = found["escalation"] | {"to": named(found["escalation"]["to"])}
    return found


def named(one: Mapping[str, Any]) -> Fields:
    return dict(one) | ({"id": uuid.UUID(str(one["id"]))} if one.get("id") else {})


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, time):
        return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"
    return str(value) if isinstance(value, Decimal | uuid.UUID) else value


def clean_name(text: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= LONGEST_NAME or has_unseen(text):
        refuse("name", _("Write 1 to %(most)s characters, on one line.", most=LONGEST_NAME))
    return text


def there(template: ReminderTemplate | None) -> ReminderTemplate:
    if template is None:
        raise NotFound(_("There is no such template here."))
    return template
