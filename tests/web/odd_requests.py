"""What no browser of ours would send, and some that it would: strategies for requests of any kind."""

from dataclasses import dataclass
from reprlib import Repr
from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st
from werkzeug.routing import Rule

from tests.conftest import PASSWORD

REMINDER = {
    "title": "Rent", "notes": "", "date": "2036-01-31", "time": "09:00", "time_zone": "Europe/Berlin",
    "zone_mode": "fixed", "repeat": "monthly_day", "every": "1", "day": "31", "nth": "-1",
    "weekday": "FR", "days": "MO", "ends": "count", "until": "2037-01-01", "count": "3",
    "rule": "FREQ=DAILY", "month_end": "clamp", "advance_notices": "60", "own_amount": "2",
    "own_unit": "hours", "recipients": "me", "channels": "me=email", "priority": "normal", "labels": "home", "who": "a",
    "version": "1", "next": "/", "with_files": "01a201ab-a80d-7422-b5e5-9a5514e75b49",
}  # fmt: skip
TEMPLATE = REMINDER | {"name": "Rent", "who_when": "fixed"}
PERSON = {"email": "dora@example.org", "password": "four words in a row", "name": "Dora"}
PLACE = {"time_zone": "Europe/Berlin", "locale": "en-GB"}
CONTACT = PERSON | PLACE | {"phone": "+493012345", "tags": "a, b", "notes": ""}
SERVER = {
    "name": "Ours", "smtp_host": "mail.example.org", "smtp_port": "587", "smtp_security": "starttls",
    "smtp_user": "us", "smtp_password": "four words", "from_address": "us@example.org",
    "is_active": "1", "mails_per_minute": "60",
}  # fmt: skip
SENDER = {
    "type": "email",
    "address": "us@example.org",
    "display_name": "Us",
    "configuration_id": "",
}
TEXT = {
    "name": "Invoice", "subject": "{{ title }}: {{ amount }}", "contact_id": "{contact_id}",
    "body": "Dear {{ client.name }},\n\n{{ title }} is due on {{ due_date }}.",
}  # fmt: skip
# What a form holds when a person fills it in; one of them, or two, are then made odd.
PLAIN_WORDS = {
    "text": "call @Carl every second monday at 7 !high #home",
    "shown": "call @Carl every second monday at 7 !high #home",
    "off": "priority:!high",
    "turn_off": "label:#home",
    "answer:half:at 7": "07:00",
    "next": "/",
}
FORMS: dict[str, dict[str, str]] = {
    "/reminders": REMINDER,
    "/reminders/preview": REMINDER,
    "/reminders/quick-add": PLAIN_WORDS,
    "/reminders/quick-add/read": PLAIN_WORDS,
    "/reminders/<uuid:reminder_id>/edit": REMINDER,
    "/outbox": {
        "reminder_id": "{reminder_id}",
        "at": "{at}",
        "act": "snooze",
        "for": "60",
        "pressed_at": "2036-01-01T09:00:00Z",
    },
    "/reminders/<uuid:reminder_id>/snooze": {"for": "60"},
    "/reminders/<uuid:reminder_id>/skip-many": {"count": "2", "until": "2036-01-31"},
    "/reminders/<uuid:reminder_id>/snooze-until": {"date": "2036-01-31", "time": "09:00"},
    "/reminder-templates": TEMPLATE,
    "/reminder-templates/<uuid:template_id>": TEMPLATE,
    "/contacts": CONTACT,
    "/contacts/<uuid:contact_id>/edit": CONTACT | {"email": "anna@example.org"},
    "/contacts/merge": {"ids": "{contact_id}", "kept": "{contact_id}", "pick_name": "{contact_id}"},
    "/contacts/imports/<uuid:import_id>": {
        "mapping": "name",
        "has_header": "1",
        "existing": "skip",
        "tags": "a, b",
        "do": "start",
    },
    "/sign-in": PERSON | {"next": "/"},
    "/sign-up": PERSON | PLACE,
    "/reset": PERSON,
    "/reset/<token>": PERSON,
    "/invitations/<token>/sign-up": PERSON | PLACE,
    "/d/<token>": {"act": "done"},
    "/deliveries/send-again": {"state": "failed", "q": "", "reminder_id": "{reminder_id}"},
    "/settings/channels/webhooks": {"name": "Hook", "url": "https://hooks.example.org/x"},
    "/settings/channels/order": {"first": "email", "afterwards": "push", "after_minutes": "15"},
    "/settings/channels/push": {
        "name": "Phone",
        "url": "https://push.example.org/x",
        "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
        "auth": "tBHItJI5svbpez7KI4CCXg",
    },
    "/settings/channels/<uuid:channel_id>/name": {"name": "Hook"},
    "/settings/senders": SENDER,
    "/settings/senders/<uuid:identity_id>": SENDER,
    "/settings/senders/<uuid:identity_id>/verify": {"code": "123456"},
    "/settings/senders/<uuid:identity_id>/default": {"no_longer": "1"},
    "/settings/senders/<uuid:identity_id>/delete": {"move_to": "{identity_id}"},
    "/settings/mail-servers": SERVER,
    "/settings/mail-servers/<uuid:configuration_id>": SERVER,
    "/settings/mail-servers/<uuid:configuration_id>/delete": {"move_to": "{configuration_id}"},
    "/settings/calendar-feeds": {
        "name": "Ours",
        "place": "{workspace_id}",
        "label": "home",
        "is_mine": "1",
    },
    "/settings/quiet": {
        "quiet_from": "22:00",
        "quiet_until": "07:00",
        "days_off": "SU",
        "lets_through": "high",
        "digest_at": "07:30",
        "digest_of": "today",
    },
    "/texts": TEXT,
    "/texts/<uuid:text_id>": TEXT,
    "/reminders/import/<uuid:file_id>/take": {"item": "1", "page": "1", "all": "1"},
    "/reminders/<uuid:reminder_id>/recipients": {
        "q": "a",
        "tag": "client",
        "addresses": "anna@example.org, nobody@example.org",
    },
    "/reminders/<uuid:reminder_id>/recipients/remove": {"recipients": "contact:{contact_id}"},
    "/settings/moments": {"morning": "07:00", "evening": "19:30"},
    "/settings": PLACE | {"name": "Alice", "theme": "dark"},
    "/settings/email": {"email": "alice2@example.org", "password": PASSWORD},
    "/settings/password": {"current_password": PASSWORD, "new_password": "four words in a row"},
    "/settings/tokens": {"name": "Mine", "scopes": "reminders:read", "days": "30"},
    "/settings/channels/apprise": {"apprise": "ntfys://ntfy.sh/a-secret-topic"},
    "/settings/channels/services/<service_name>": {
        "server": "ntfy.sh",
        "topic": "a-secret-topic",
        "token": "",
        "name": "Phone",
    },
    "/settings/workspace": PLACE | {"name": "Us"},
    "/settings/workspace/delete": {"typed_name": "Us"},
    "/members/invitations": {"email": "dora@example.org", "role": "member"},
    "/members/transfer": {"membership_id": "{membership_id}"},
    "/members/<uuid:membership_id>/role": {"role": "viewer"},
    "/workspaces": {"kind": "family", "name": "Us"},
    "/workspaces/switch": {"workspace_id": "{workspace_id}", "next": "/"},
}
QUERY = (
    "cursor", "limit", "view", "q", "label", "tag", "archived", "priority", "recipient", "recipients",
    "who", "state", "reminder_id", "older_than", "newer_than", "seen", "newest", "at", "scope",
    "since", "until", "from", "to", "count", "next", "email", "name", "contact", "title", "time",
)  # fmt: skip
ODD = (
    "", " ", "0", "-1", "1", "10", "9" * 30, "1e400", "NaN", "٣", "²", "null", "true", "[]", "{}",
    "\0", "a\0b", "\ud800", "a\udfffb", "\uffff", "\r\nBcc: eve@example.org", "👩‍👩‍👧", "\u202eabc", "\u200b",
    "x" * 300, "é" * 5_000, "{{7*7}}", "{0}{x}", "%s%n", "' OR 1=1 --", "<script>", "\\", "//evil.example",
    "2026-02-30", "0001-01-01", "9999-12-31", "2026-03-29", "24:00", "02:30", "23:59:60", "09:00:00.1",
    "2026-01-01T09:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01T09:00Z",
    "2026-01-12T08:00:00+00:00", "Europe/Berlin", "Antarctica/Troll", "../../etc/passwd", "UTC+99",
    "Europe", "me", "me:", "contact:", "contact:{contact_id}", "member:{contact_id}", "{contact_id}",
    "{reminder_id}", "all", "today", "upcoming", "overdue", "sent", "high", "following", "this", "done",
    "undo", "60", "until", "count", "yearly", "weekly", "monthly_nth", "own", "FREQ=SECONDLY",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;COUNT=99999999", "RRULE:FREQ=DAILY", "W10",
    "eyJ2IjpbMV19", "MjAyNi0wMS0wMQ==", "a@b", "a@b.c", "é@example.org", "a@exa_mple..org", "on",
)  # fmt: skip
HEADERS: dict[str, tuple[str, ...]] = {
    "HX-Request": ("true", "false", "1"),
    "HX-Boosted": ("true", "x"),
    "HX-Current-URL": ("http://localhost/reminders?x=1", "//evil", "http://[", "\x7f", "x" * 5_000),
    "HX-Target": ("row", "<>"),
    "Referer": ("http://localhost/reminders", "http://[::", "x", "http://localhost//evil"),
    "Accept-Language": ("de", "xx-YY;q=9", "*", ";;;,,,", "en-GB," * 500),
    "Accept": ("application/json", "text/html", "*/*;q=x"),
    "User-Agent": ("", "Mozilla/5.0 " * 200, "é"),
    "Cookie": ("theme=dark", "theme=<x>", "sid=; sid=x", "reminder_app=e30.x.y", "=;=;"),
    "Idempotency-Key": ("", "k", "k" * 5_000),
    "Authorization": ("Bearer", "Bearer x", "Basic Og==", "é"),
    "If-None-Match": ("*", '"x"'),
}
BODIES = (
    ("application/json", b'{"title": 1}'),
    ("application/json", b"\xff{"),
    ("multipart/form-data", b"--x\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="title"; '
     b'filename="\xff"\r\n\r\n1\r\n--x--\r\n'),
    ("application/x-www-form-urlencoded; charset=utf-7", b"title=+AAA-"),
    ("application/x-www-form-urlencoded", b"title=%ff%fe&time=%&=&&;"),
    ("application/x-www-form-urlencoded", b"&".join(b"days=MO" for _ in range(2_000))),
    ("application/x-www-form-urlencoded", b"notes=" + b"x" * 1_000_001),
    ("text/plain; charset=nonsense", b"\0"),
    ("", b"title=1"),
)  # fmt: skip

Pairs = list[tuple[str, str]]
# A request that fails is printed; Hypothesis warns of what is long, and hides the failure so.
SHORT = Repr()
SHORT.maxstring = SHORT.maxother = 300
SHORT.maxlist = SHORT.maxdict = 100


@dataclass(frozen=True)
class Odd:
    query: Pairs
    headers: dict[str, str]
    form: Pairs
    body: tuple[str, bytes] | None

    def __repr__(self) -> str:
        shown = (self.query, self.headers, self.form, self.body)
        return f"Odd({', '.join(map(SHORT.repr, shown))})"

    def _repr_pretty_(self, printer: Any, _is_cycle: bool) -> None:
        printer.text(repr(self))

    def arguments(self, ids: dict[str, Any]) -> dict[str, Any]:
        """For the test client. Lone surrogates go as the bytes they would be."""
        content_type, body = self.body or (
            "application/x-www-form-urlencoded",
            coded(self.form, ids),
        )
        return {
            "query_string": coded(self.query, ids).decode(),
            "headers": self.headers,
            "content_type": content_type,
            "data": body,
        }


def coded(pairs: Pairs, ids: dict[str, Any]) -> bytes:
    return "&".join(f"{escaped(name, ids)}={escaped(value, ids)}" for name, value in pairs).encode()


def escaped(text: str, ids: dict[str, Any]) -> str:
    for name, id in ids.items():
        text = text.replace(f"{{{name}}}", str(id))
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


values = st.sampled_from(ODD) | st.text(max_size=12)
names = st.sampled_from(QUERY)
# Acts on the due time that is named.
ACTS = ("/done", "/skip", "/reopen", "/snooze", "/snooze-until", "/skip-many", "/unskip", "/edit")
meant = st.just([("at", "{at}")])
queries = st.lists(st.tuples(names, values), max_size=4)
headers = st.dictionaries(st.sampled_from(sorted(HEADERS)), st.integers(0, 9), max_size=3).map(
    lambda chosen: {name: HEADERS[name][n % len(HEADERS[name])] for name, n in chosen.items()}
)
# By number: a strategy that is printed shows all it chooses from.
some_body = st.integers(0, len(BODIES) - 1).map(lambda n: BODIES[n])
bodies = st.none() | st.none() | st.none() | st.none() | some_body


@st.composite
def forms(draw: st.DrawFn, usual: dict[str, str]) -> Pairs:
    """As filled in, but for some: other values, missing, again, or of a name nobody knows."""
    left_out = draw(st.sets(st.sampled_from(sorted(usual)), max_size=2)) if usual else set()
    known = [(name, value) for name, value in usual.items() if name not in left_out]
    fields = st.sampled_from([*sorted(usual), "preview", "find", "more", "nobody"])
    odd = draw(st.lists(st.tuples(fields, values), max_size=3))
    renamed = {name for name, _ in odd} if draw(st.booleans()) else set()
    return [(name, value) for name, value in known if name not in renamed] + odd


def requests_to(rule: Rule, method: str) -> st.SearchStrategy[Odd]:
    asked = meant | queries if rule.rule.endswith(ACTS) else queries
    if method == "GET":
        return st.builds(Odd, asked, headers, st.just([]), st.none())
    return st.builds(Odd, asked, headers, forms(FORMS.get(rule.rule, {})), bodies)


def weight(rule: Rule, method: str) -> int:
    """Where much is typed, much can go wrong."""
    return 1 + len(FORMS.get(rule.rule, {})) // 4 if method == "POST" else 1
