"""A history as a PDF, with a font of our own: Latin, Greek and Cyrillic letters, and nothing fetched."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime

from reminder_app.delivery import origin
from reminder_app.files import names
from reminder_app.translations import kept, language, lazy_gettext

FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
NAME, SMALL, NORMAL, BIG = "DejaVu", 6.5, 9, 16
WIDTHS = (29, 62, 46, 42, 19, 29, 50)  # of 277 mm
HEADS = (
    lazy_gettext("Promised for"),
    lazy_gettext("What"),
    lazy_gettext("From"),
    lazy_gettext("To"),
    lazy_gettext("State"),
    lazy_gettext("Taken by the server"),
    lazy_gettext("What the server said"),
)
STATES = {
    "planned": lazy_gettext("planned"),
    "pending": lazy_gettext("pending"),
    "handing_over": lazy_gettext("handing_over"),
    "sent": lazy_gettext("sent"),
    "failed": lazy_gettext("failed"),
    "unknown": lazy_gettext("unknown"),
    "held": lazy_gettext("held"),
    "suppressed": lazy_gettext("suppressed"),
    "cancelled": lazy_gettext("cancelled"),
    "missed": lazy_gettext("missed"),
    "collapsed": lazy_gettext("collapsed"),
}
LINE = 4.0  # mm
PAGES = "{pages}"  # stands for how many there are, and is as wide
widths: dict[str, float] = {}  # of letters that are SMALL: never more than the font has
logging.getLogger("fontTools").setLevel(logging.WARNING)  # or each letter is told


@dataclass(frozen=True)
class Clock:
    zone: ZoneInfo
    locale: Locale

    def moment(self, value: datetime | None) -> str:
        if value is None:
            return ""
        return format_datetime(value.astimezone(self.zone), "medium", locale=self.locale)


def pdf(
    title: str, facts: Sequence[str], lines: Sequence[Any], made_at: datetime, clock: Clock
) -> bytes:
    """`facts`: sentences above the table; they say whose times these are."""
    page = sheet(title, made_at, clock)
    page.set_font(NAME, size=BIG)
    page.multi_cell(0, 9, shown(title), new_x="LMARGIN", new_y="NEXT")
    page.set_font(NAME, size=NORMAL)
    for fact in facts:
        page.multi_cell(0, 5, shown(fact), new_x="LMARGIN", new_y="NEXT")
    page.ln(3)
    page.set_font(NAME, size=SMALL)
    heads(page)
    for line in lines:
        entry(page, line, clock)
    return bytes(page.output())


def entry(page: Any, line: Any, clock: Clock) -> None:
    cells = columns(
        page,
        (
            clock.moment(line.due_at),
            line.subject,
            origin.in_words(line.from_name, line.from_address),
            line.address,
            str(STATES.get(line.state, line.state)),
            clock.moment(line.sent_at),
            kept(line.answer or line.reason),
        ),
    )
    proof = "  ".join(filter(None, (line.message_id, f"SHA-256 {line.digest}" * bool(line.digest))))
    said = (proof or str(line.id), *map(names.in_words, line.files))
    below = [piece for one in said for piece in wrapped(page, one, sum(WIDTHS))]
    if page.will_page_break((len(cells) + len(below)) * LINE + 1):
        page.add_page()
        heads(page)
    for each in cells:
        row(page, each)
    page.set_text_color(90)
    for piece in below:
        page.cell(sum(WIDTHS), LINE, piece)
        page.ln(LINE)
    page.set_text_color(0)
    page.ln(1)


def heads(page: Any) -> None:
    for each in columns(page, [str(head) for head in HEADS]):
        row(page, each)
    page.line(page.l_margin, page.get_y(), page.l_margin + sum(WIDTHS), page.get_y())


def row(page: Any, cells: Sequence[str]) -> None:
    for text, width in zip(cells, WIDTHS, strict=True):
        if text:
            page.cell(width, LINE, text)
        else:  # an empty cell takes as long as a full one
            page.set_x(page.get_x() + width)
    page.ln(LINE)


def columns(page: Any, texts: Sequence[str]) -> list[tuple[str, ...]]:
    """Line by line, what stands in each column of it."""
    pieces = (wrapped(page, text, width) for text, width in zip(texts, WIDTHS, strict=True))
    return list(zip_longest(*pieces, fillvalue=""))


def wrapped(page: Any, text: str, width: float) -> list[str]:
    """Parted at spaces, and within a word that is longer than a line: nothing of a proof is cut off."""
    lines, room = [], width - 2
    line, used = "", 0.0
    for word in shown(" ".join(text.split())).split(" "):
        piece = f" {word}" if line else word
        needed = sum(letter_width(page, letter) for letter in piece)
        if used + needed <= room:
            line, used = line + piece, used + needed
            continue
        if line:
            lines.append(line)
        line, used = "", 0.0
        for letter in word:
            if used + letter_width(page, letter) > room:
                lines.append(line)
                line, used = "", 0.0
            line, used = line + letter, used + letter_width(page, letter)
    return [*lines, line]


def letter_width(page: Any, letter: str) -> float:
    """Asked of fpdf for a whole text, it takes longer than all the rest."""
    found = widths.get(letter)
    if found is None:
        found = widths[letter] = page.get_string_width(letter)
    return found


def shown(text: str) -> str:
    """Letters that the font has not are a box each, and not one warning a letter."""
    has = letters()
    return "".join(one if ord(one) in has else "\ufffd" for one in text)


def sheet(title: str, made_at: datetime, clock: Clock) -> Any:
    from fpdf import FPDF  # noqa: PLC0415 - with its fonts and pictures it takes half a second

    class Sheet(FPDF):
        def footer(self) -> None:
            self.set_y(-12)
            self.set_font(NAME, size=SMALL)
            self.cell(0, 5, f"{clock.moment(made_at)} · {self.page_no()} / {PAGES}", align="R")

    page = Sheet(orientation="landscape", format="A4")
    page.alias_nb_pages(PAGES)
    page.set_margins(10, 10)
    page.set_auto_page_break(True, 14)
    page.set_creation_date(made_at)
    page.set_title(title)
    page.set_lang(language())
    page.add_font(NAME, "", FONT)
    page.set_font(NAME, size=NORMAL)
    page.add_page()
    return page


@cache
def letters() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    with TTFont(FONT) as font:
        return frozenset(font.getBestCmap())
