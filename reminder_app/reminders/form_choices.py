"""What the form of a reminder holds, to the fields of a reminder and back."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from babel import Locale

from reminder_app.errors import Invalid
from reminder_app.recurrence import Schedule, snap
from reminder_app.recurrence.repeat import Repeat, from_rule, to_rule
from reminder_app.reminders import draft, money
from reminder_app.reminders.draft import PAYMENT
from reminder_app.reminders.form_follow_ups import (
    PLACES,
    SO_MANY,
    nag_values,
    repeat_after_values,
    times_values,
    to_escalation,
    to_nag,
    to_repeat_after,
    to_times_per,
)
from reminder_app.translations import ngettext

Values = dict[str, Any]
UNITS = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10_080}
NOTICES = (10, 60, 1440, 2880, 10_080)  # minutes: the usual ones
SAME = (
    *("title", "notes", "zone_mode", "priority", "kind", "link", "reference", "text_id"),
    "sender_identity_id",
)


def to_fields(data: Values, locale: Locale) -> Values:
    """What create_reminder and update_reminder take. Raises Invalid."""
    schedule = to_schedule(data)
    return {name: data[name] for name in SAME} | {
        "starts_at": schedule.starts_at,
        "time_zone": schedule.zone,
        "rule": schedule.rule,
        "month_end": schedule.month_end,
        "advance_notices": sorted({*to_notices(data)}),
        "recipients": to_recipients(data),
        "labels": to_labels(data),
        "repeat_after": schedule.after,
        "times_per": schedule.times,
        "nag": to_nag(data),
        "escalation": to_escalation(data, to_second(data["escalate_to"])),
        **to_payment(data, locale),
    }


def to_payment(data: Values, locale: Locale) -> Values:
    """What was typed while it was still a payment is let go."""
    if data["kind"] != PAYMENT or data["amount"] is None:
        return {"amount": None, "currency": ""}
    code = data["currency"].strip().upper()
    return {"amount": draft.typed_amount(data["amount"], code, locale), "currency": code}


def to_schedule(data: Values) -> Schedule:
    """Valid, and started on the first day that the rule names. Raises Invalid."""
    starts_at = datetime.combine(data["date"], data["time"])
    rule = to_rule(to_repeat(data), starts_at)
    after, times = to_repeat_after(data), to_times_per(data)
    return snap(Schedule(starts_at, data["time_zone"], rule, data["month_end"], after, times))


def in_form(error: Invalid, repeat: str) -> Invalid:
    """The same refusal, its fields called as the form calls them."""
    places = {"starts_at": "date", "rule": "rule" if repeat == "custom" else "repeat", **PLACES}
    fields = {places.get(name, name): why for name, why in error.fields.items()}
    return Invalid(error.message, **fields)


def to_repeat(data: Values) -> Repeat:
    kind = data["repeat"]
    return Repeat(
        kind=kind,
        every=1 if kind in ("weekdays", SO_MANY) else data["every"],
        days=tuple(data["days"]),
        day=data["day"] if kind == "monthly_day" else None,
        nth=data["nth"],
        weekday=data["weekday"],
        ends=data["ends"],
        until=data["until"],
        count=data["count"],
        rule=data["rule"],
    )


def to_notices(data: Values) -> Iterator[int]:
    yield from data["advance_notices"]
    if data["own_amount"]:
        yield data["own_amount"] * UNITS[data["own_unit"]]


def to_labels(data: Values) -> list[str]:
    return [name.strip() for name in data["labels"].split(",") if name.strip()]


def to_recipients(data: Values) -> list[Values]:
    """Who is given no channel keeps what they have."""
    named = named_channels(data["channels"])
    return [
        to_recipient(one) | ({"channel": named[one]} if one in named else {})
        for one in data["recipients"]
    ]


def named_channels(typed: Iterable[str]) -> dict[str, str]:
    """`me=push` or `member:<id>=email`."""
    found = (one.partition("=") for one in typed)
    return {who: channel for who, _, channel in found if channel}


def to_recipient(value: str) -> Values:
    """`me`, `member:<id>` or `contact:<id>`."""
    kind, _, given = value.partition(":")
    return {"kind": kind} | ({"id": uuid.UUID(given)} if given else {})


def to_values(fields: Values, locale: Locale) -> Values:
    """The form of the fields of a reminder there is."""
    starts_at: datetime = fields["starts_at"]
    return {
        **{name: fields[name] for name in SAME},
        "date": starts_at.date().isoformat(),
        "time": starts_at.strftime("%H:%M:%S" if starts_at.second else "%H:%M"),
        "time_zone": fields["time_zone"],
        "month_end": fields["month_end"],
        "advance_notices": [str(minutes) for minutes in fields["advance_notices"]],
        "own_unit": "hours",
        "recipients": [recipient_value(one) for one in fields["recipients"]],
        "labels": ", ".join(fields["labels"]),
        "amount": None if fields["amount"] is None else money.written(fields["amount"], locale),
        "currency": fields["currency"],
        **repeat_values(fields["rule"], starts_at),
        **repeat_after_values(fields["repeat_after"]),
        **times_values(fields["times_per"], fields["rule"]),
        **nag_values(fields["nag"]),
        **second_values(fields["escalation"]),
    }


def second_values(escalation: Values | None) -> Values:
    if escalation is None:
        return {"escalate_after": None, "escalate_to": None}
    return {"escalate_after": escalation["after"], "escalate_to": recipient_value(escalation["to"])}


def to_second(value: str | None) -> Values | None:
    """Like a recipient, by mail."""
    if value is None:
        return None
    return {name: one for name, one in to_recipient(value).items() if name != "channel"}


def recipient_value(recipient: Values) -> str:
    return f"{recipient['kind']}:{recipient['id']}" if "id" in recipient else recipient["kind"]


def repeat_values(rule: str | None, starts_at: datetime) -> Values:
    repeat = from_rule(rule, starts_at)
    if repeat.kind == "yearly" and (repeat.month or repeat.day):
        repeat = Repeat(kind="custom", rule=rule)  # the form has no room for another day
    return {
        "repeat": repeat.kind,
        "every": repeat.every,
        "days": list(repeat.days),
        "day": repeat.day,
        "nth": repeat.nth,
        "weekday": repeat.weekday,
        "ends": repeat.ends,
        "until": repeat.until.isoformat() if repeat.until else None,
        "count": repeat.count,
        "rule": repeat.rule,
    }


def changed(before: Values, after: Values) -> Values:
    """Only what is new in `after`."""
    return {name: value for name, value in after.items() if before.get(name) != value}


def notice_words(minutes: int) -> str:
    """90 -> "90 minutes before", 1440 -> "1 day before"."""
    unit, size = next((unit, size) for unit, size in reversed(UNITS.items()) if minutes % size == 0)
    number = minutes // size
    if unit == "weeks":
        return ngettext("%(num)s week before", "%(num)s weeks before", number)
    if unit == "days":
        return ngettext("%(num)s day before", "%(num)s days before", number)
    if unit == "hours":
        return ngettext("%(num)s hour before", "%(num)s hours before", number)
    return ngettext("%(num)s minute before", "%(num)s minutes before", number)


def minutes(typed: list[str]) -> set[int]:
    """Those that can be; the others are told as errors beside the field."""
    plain = {one for one in typed if one.isascii() and one.isdigit() and len(one) < 7}
    return {int(one) for one in plain}
