"""A letter in a few words, for where nobody reads a page: when, what was noted, and where to go."""

from collections.abc import Sequence
from typing import Any

from reminder_app.delivery.channels import message
from reminder_app.delivery.headers import one_line
from reminder_app.delivery.letters import Letter
from reminder_app.translations import gettext as _
from reminder_app.translations import speaking

MOST_ITEMS, NOTES, TITLE, OF_A_TEXT = 5, 200, 200, 100
CUT = "…"


def when_of(letter: Letter) -> str:
    said = letter.payload
    items: list[dict[str, Any]] = said.get("items", [])
    if items:
        return ", ".join(item.get("title", "") for item in items[:MOST_ITEMS])
    lead = said.get("lead", "")
    return f"{lead}: {said['when']}" if lead and said.get("when") else str(said.get("when", ""))


def body(letter: Letter, public_url: str, longest: int, title: str = "") -> str:
    """`title`: where a service knows none, in its first line. Raises SendError."""
    said = letter.payload
    when, path = when_of(letter), said.get("act_path") or said.get("path")
    notes = one_line(said.get("text", ""), NOTES)
    if not when:
        notes = message.words(letter, public_url).text.strip()
    lines = [title, when, amount(letter), not_done_by(letter), notes, files(letter)]
    link = public_url.rstrip("/") + path if path else said.get("link", "")
    return with_links(lines, [link, *to_files(letter, public_url)], longest)


def to_client(letter: Letter, public_url: str, longest: int) -> str:
    """What it is, from whom, when, a hundred characters of the text, and the link."""
    said = letter.payload
    words = said.get("words") or said.get("text") or ""
    if letter.template not in ("reminder", "escalation"):
        return body(letter, public_url, longest, message.plain(letter.subject))
    whom = said.get("creator") or said.get("workspace", "")
    title = f"{letter.subject} ({whom})" if whom else letter.subject
    when = "" if said.get("words") or said.get("due") else when_of(letter)
    lines = [
        message.plain(title),
        when,
        amount(letter),
        not_done_by(letter),
        cut(one_line(words), OF_A_TEXT),
        files(letter),
    ]
    path = said.get("act_path")
    found = public_url.rstrip("/") + path if path else ""
    links = [said.get("link") or found, *to_files(letter, public_url)]
    return with_links(lines, links, longest)


def amount(letter: Letter) -> str:
    return " ".join(filter(None, (letter.payload.get(name) for name in ("amount", "reference"))))


def not_done_by(letter: Letter) -> str:
    who = letter.payload.get("who")
    with speaking(letter.payload.get("lang")):
        return _("Not marked as done so far by: %(who)s.", who=who) if who else ""


def files(letter: Letter) -> str:
    """What they are called; of several reminders, which of them have some."""
    having = [one.get("title", "") for one in with_files(letter)]
    with speaking(letter.payload.get("lang")):
        if having:
            return _("With files: %(titles)s", titles=", ".join(having))
        names = message.linked(letter)
        return _("Files: %(names)s", names=", ".join(names)) if names else ""


def to_files(letter: Letter, public_url: str) -> list[str]:
    told = with_files(letter) or [letter.payload]
    return [public_url.rstrip("/") + one["files_path"] for one in told if one.get("files_path")]


def with_files(letter: Letter) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = letter.payload.get("items", [])
    return [item for item in items[:MOST_ITEMS] if item.get("files_path")]


def with_links(lines: Sequence[str], links: Sequence[str], longest: int) -> str:
    """The first link whole, and of the text as much as there is room for; then more links while there is."""
    text, (first, *others) = "\n".join(filter(None, lines)), [*filter(None, links), ""]
    room = longest - len(first) - 1 if first else longest
    if room <= 0:
        return cut(text, longest)
    found = f"{cut(text, room)}\n{first}".strip()
    for link in filter(None, others):
        found += f"\n{link}" if len(found) + len(link) < longest else ""
    return found


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + CUT
