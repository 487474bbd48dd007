"""A history as a PDF, with a font of our own: Latin, Greek and Cyrillic letters, and nothing fetched."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from reminder_app.files import names
from reminder_app.translations import kept, language, lazy_gettext

FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
NAME, SMALL, NORMAL, BIG = "DejaVu", 6.5, 9, 16
WIDTHS = (30, 62, 52, 20, 33, 80)  # of 277 mm
HEADS = (
    lazy_gettext("Promised for"),
    lazy_gettext("What"),
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
widths: dict[str, float] = {}  # of letters that are SMALL: never more than the font has
logging.getLogger("fontTools").setLevel(logging.WARNING)  # or each letter is told


def pdf(title: str, facts: Sequence[str], lines: Sequence[Any], made_at: datetime) -> bytes:
    """`facts`: sentences above the table. Times are UTC, as the heads say."""
    page = sheet(title, made_at)
    page.set_font(NAME, size=BIG)
    page.multi_cell(0, 9, shown(title), new_x="LMARGIN", new_y="NEXT")
    page.set_font(NAME, size=NORMAL)
    for fact in facts:
        page.multi_cell(0, 5, shown(fact), new_x="LMARGIN", new_y="NEXT")
    page.ln(3)
    page.set_font(NAME, size=SMALL)
    row(page, [str(head) for head in HEADS], is_head=True)
    for line in lines:
        entry(page, line)
    return bytes(page.output())


def entry(page: Any, line: Any) -> None:
    if page.will_page_break((2 + len(line.files)) * LINE + 1):
        page.add_page()
        row(page, [str(head) for head in HEADS], is_head=True)
    taken = moment(line.sent_at)
    row(
        page,
        (
            moment(line.due_at),
            line.subject,
            line.address,
            str(STATES.get(line.state, line.state)),
            taken,
            kept(line.answer or line.reason),
        ),
    )
    page.set_text_color(90)
    proof = "  ".join(filter(None, (line.message_id, f"SHA-256 {line.digest}" * bool(line.digest))))
    for said in (proof or str(line.id), *map(names.in_words, line.files)):
        page.cell(sum(WIDTHS), LINE, fitted(page, said, sum(WIDTHS)))
        page.ln(LINE)
    page.set_text_color(0)
    page.ln(1)


def row(page: Any, cells: Sequence[str], *, is_head: bool = False) -> None:
    for text, width in zip(cells, WIDTHS, strict=True):
        page.cell(width, LINE, fitted(page, text, width), border="B" if is_head else 0)
    page.ln(LINE)


def fitted(page: Any, text: str, width: float) -> str:
    """Cut where it would run into the next cell: the table of CSV has all of it."""
    text, left = shown(text), width - 2
    for place, letter in enumerate(text):
        left -= letter_width(page, letter)
        if left < 0:
            return text[: max(0, place - 1)] + "…"
    return text


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


def moment(value: datetime | None) -> str:
    return "" if value is None else value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def sheet(title: str, made_at: datetime) -> Any:
    from fpdf import FPDF  # noqa: PLC0415 - with its fonts and pictures it takes half a second

    class Sheet(FPDF):
        def footer(self) -> None:
            self.set_y(-12)
            self.set_font(NAME, size=SMALL)
            self.cell(0, 5, f"{moment(made_at)} UTC · {self.page_no()} / {{nb}}", align="R")

    page = Sheet(orientation="landscape", format="A4")
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
