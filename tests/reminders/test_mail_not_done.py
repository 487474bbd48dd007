"""The mails of quiet hours, of asking again, of passing on, and of a day: rendered as they go out."""

import re
from datetime import datetime

from reminder_app.reminders import digests
from tests.reminders.conftest import SITE, ledger
from tests.reminders.test_digests import ask_for
from tests.reminders.test_mail import html, mail, text
from tests.reminders.test_quiet_hours import keep_quiet


def is_tidy(said: str) -> bool:
    return "\n\n\n" not in said and "{{" not in said and max(map(len, said.splitlines())) < 300


def test_what_waited_for_the_end_of_the_quiet(monday, alice, make, plan, later):
    keep_quiet(alice)
    for number in range(60):
        make(title=f"<Number {number:02}>")
    later(hours=1)
    plan()
    later(hours=1)
    plan()

    [row] = ledger(kind="quiet")
    said = text(row)
    assert mail(row)["Subject"] == "60 reminders from your quiet hours"
    assert len(set(re.findall(r"<Number \d\d>", said))) == 50
    assert "And 10 more" in said
    assert said.count("/d/") == html(row).count("/d/") == 50
    assert "&lt;Number" in html(row)
    assert "https://app.example.org/settings/quiet" in said
    assert is_tidy(said)


def test_it_is_asked_again(monday, make, plan, later):
    reminder = make(nag={"every": 15, "most": 3})
    later(hours=1)
    plan()
    later(minutes=15)
    plan()

    first, again = ledger(reminder)
    words = "It is not marked as done, so here it is again."
    assert words in text(again)
    assert words in html(again)
    assert words not in text(first)
    assert is_tidy(text(again))


def test_somebody_else_is_told(monday, contact, make, plan, later):
    second = {"after": 30, "to": {"kind": "contact", "id": contact.id}}
    reminder = make(title="<Rent>", notes="IBAN", escalation=second)
    later(hours=1)
    plan()
    later(minutes=30)
    plan()

    row = ledger(reminder)[1]
    assert mail(row)["Subject"] == "Not done yet: <Rent>"
    for said in (text(row), html(row)):
        assert "Not marked as done so far by: Alice." in said
        assert f"https://app.example.org{row.payload['act_path']}" in said
        assert "/reminders/" not in said
    assert "&lt;Rent&gt;" in html(row)
    assert is_tidy(text(row))


def test_the_list_of_a_day(monday, alice, make, plan, later):
    make(title="<Rent>")
    make(title="Cat", starts_at=datetime.fromisoformat("2026-01-13T23:30"))
    ask_for(alice)
    later(hours=1)
    plan()
    later(hours=22)
    digests.write_due(SITE)

    [row] = ledger(kind="digest")
    said = text(row)
    assert mail(row)["Subject"] == "Your day: 1 today, 1 overdue"
    assert said.index("<Rent>") < said.index("Cat")
    assert said.count("/d/") == html(row).count("/d/") == 1
    assert "https://app.example.org/reminders/" in said
    assert "&lt;Rent&gt;" in html(row)
    assert is_tidy(said)
