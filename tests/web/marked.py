"""Pages in a language that marks what is said: ⟦Today⟧. What is not marked is data, or nobody translates it."""

import re
import sys
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from babel import dates, numbers
from babel.support import NullTranslations
from sqlalchemy import select

from reminder_app.calendars import pages as calendar_pages
from reminder_app.database import db
from reminder_app.recurrence import wording
from reminder_app.translations import speech

READ_ALOUD = ("aria-label", "title", "placeholder", "alt", "hx-confirm")
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
# Machines read these, or they are written the same in every language.
NOT_SAID = {"script", "style", "code", "pre", "kbd"}
# Zones have names of their own, languages are named in themselves; initials.
NO_WORDS = {"f-time_zone", "f-zone", "f-locale", "locales", "languages", "avatar", "service-list"}
# Columns with what people wrote, or programs said of themselves.
WRITTEN = {
    "address", "body", "content", "email", "file_name", "from_address", "host", "key", "label", "name",
    "prefix", "smtp_host", "subject", "title", "user_agent",
}  # fmt: skip
SAME_EVERYWHERE = re.compile(
    r"\w+:(read|write|act)|https?://\S+|\S+@\S+|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b[a-z_]+(\.[a-z_]+)+\b"
    r"|\b(Reminder App|WhatsApp|SMS|iPhone|Mac|Google|Outlook|Thunderbird|SQLite|sqlite|MariaDB|mariadb|MySQL|mysql)\b"
    r"|\b(STARTTLS|TLS|PDF|UTC|Europe/Berlin|API|ms|s|min|h|B|kB|MB|GB)\b|(GET|POST) /\S*"
)
FORMATS = {
    dates: ("format_date", "format_datetime", "format_time", "format_timedelta"),
    numbers: ("format_decimal", "format_currency", "format_percent"),
    wording: ("describe", "describe_days", "month", "day_number"),  # has its own test
}


class Marked(NullTranslations):
    def ugettext(self, message):
        return f"⟦{message}⟧"

    def ungettext(self, msgid1, msgid2, n):
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"

    def upgettext(self, context, message):
        return f"⟦{message}⟧"


def mark(monkeypatch) -> None:
    """What is said, and ‹what CLDR writes›: dates, times and numbers."""
    marked = Marked()
    monkeypatch.setattr(speech, "loaded", lambda language: marked)
    for home, names in FORMATS.items():
        for name in names:
            real = getattr(home, name)
            for module in [
                one for key, one in sys.modules.items() if key.startswith("reminder_app.")
            ]:
                if getattr(module, name, None) is real:
                    monkeypatch.setattr(
                        module, name, lambda *a, real=real, **k: f"‹{real(*a, **k)}›"
                    )
    monkeypatch.setattr(
        calendar_pages, "get_day_names", lambda *a, **k: dict.fromkeys(range(7), "‹day›")
    )


class Texts(HTMLParser):
    """Each text of a page, and each attribute that is read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside: list[tuple[str, bool]] = []

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        names = {given.get("id"), *given.get("class", "").split()}
        is_silent = self.is_silent or tag in NOT_SAID or bool(names & NO_WORDS)
        is_silent |= tag != "html" and given.get("lang") == "en"  # and says so
        if not is_silent:
            self.found += [text for name, text in given.items() if name in READ_ALOUD]
        if tag not in VOID:
            self.inside.append((tag, is_silent))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not self.is_silent and data.strip():
            self.found.append(" ".join(data.split()))

    @property
    def is_silent(self) -> bool:
        return bool(self.inside) and self.inside[-1][1]


def texts(html: str) -> list[str]:
    parser = Texts()
    parser.feed(html)
    return parser.found


def written() -> list[str]:
    """Of all that is in the database, the longest first."""
    values = {
        value
        for table in db.metadata.sorted_tables
        for column in table.columns
        if column.name in WRITTEN
        for value in db.session.scalars(select(column).distinct())
        if isinstance(value, str) and value
    }
    return sorted(values, key=len, reverse=True)


def names_of_tables() -> Iterator[str]:
    """And of what is in them: nobody translates these."""
    for table in db.metadata.sorted_tables:
        yield from (table.name, *table.columns.keys(), *(str(one.name) for one in table.indexes))


def not_said(page: Iterable[str], data: list[str]) -> Iterator[str]:
    """Texts with words that are not marked, and those glued together from several."""
    names = set(names_of_tables())
    depth = 0  # what is said may go on after a link in it
    for text in page:
        if text in names:
            continue
        plain, depth = outermost(text, depth)
        for known in data:
            plain = plain.replace(known, "¤")
        plain = SAME_EVERYWHERE.sub("¤", plain)
        if re.search(r"[^\W\d_]{2,}", plain) or re.search(r"§ ?[§¤]|[¤\d] ?§", plain):
            yield text


def outermost(text: str, depth: int) -> tuple[str, int]:
    """What is said as §, what CLDR wrote as ¤; the rest stays, and so does the end of a sentence."""
    kept = ""
    for before, letter in zip(" " + text, text, strict=False):
        if letter in "⟧›":
            depth -= 1
            if depth == 0:
                kept += "¤" if letter == "›" else f"§{before}" if before in ".?!:" else "§"
        elif letter in "⟦‹":
            depth += 1
        elif depth == 0:
            kept += letter
    return kept, depth
