"""The records of a file one after the other: each knows its line, and where the next one begins."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from reminder_app.translations import lazy_gettext

LONGEST_RECORD = 32_000  # characters: a quote that is never closed swallows no more
LONGEST_CARD = 400_000  # with a picture in it
KEPT = 1_000  # characters of what is shown again
NOT_CLOSED = lazy_gettext(
    "A quotation mark in it is not closed, or this is longer than any contact."
)
NO_END = lazy_gettext("This card has no end, or is longer than any contact.")
BEGIN, END = "BEGIN:VCARD", "END:VCARD"


@dataclass(frozen=True)
class Record:
    """`cells` of a row, or the lines of a card; `trouble`: why it is neither."""

    line: int
    cells: list[str]
    content: str
    position: int  # of the byte after it
    next_line: int
    trouble: str = ""


class TooLong(ValueError):
    pass


class Lines:
    """The lines from a byte on, and how far they were read."""

    def __init__(self, file: BinaryIO, position: int, line: int, longest: int) -> None:
        self.file, self.longest = file, longest
        self.go_to(position, line)

    def go_to(self, position: int, line: int) -> None:
        self.file.seek(position)
        self.position, self.line = position, line
        self.taken: list[str] = []
        self.length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        read = self.file.readline()
        if not read:
            raise StopIteration
        self.position += len(read)
        self.line += 1
        self.length += len(read)
        if self.length > self.longest:
            raise TooLong(NOT_CLOSED)
        text = read.decode("utf-8", "replace")
        self.taken.append(text)
        return text

    def start(self) -> tuple[int, int]:
        self.taken, self.length = [], 0
        return self.position, self.line


def rows(file: BinaryIO, position: int, line: int, delimiter: str) -> Iterator[Record]:
    """Empty lines are passed over. After a row that cannot be read the next line is a new one."""
    lines = Lines(file, position, line, LONGEST_RECORD)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        began, at_line = lines.start()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, TooLong):
            yield unreadable(lines, began, at_line)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        if any(cell.strip() for cell in cells):
            content = "".join(lines.taken).strip("\n")[:KEPT]
            yield Record(at_line, cells, content, lines.position, lines.line)


def unreadable(lines: Lines, began: int, at_line: int) -> Record:
    lines.file.seek(began)
    first = lines.file.readline()
    lines.go_to(began + len(first), at_line + 1)
    content = first[: 4 * KEPT].decode("utf-8", "replace").strip("\n")[:KEPT]
    return Record(at_line, [], content, lines.position, lines.line, NOT_CLOSED)


def cards(file: BinaryIO, position: int, line: int) -> Iterator[Record]:
    """From BEGIN to END; what stands between two cards is passed over."""
    lines = Lines(file, position, line, LONGEST_CARD)
    while True:
        record = next_card(lines)
        if record is None:
            return
        yield record


def next_card(lines: Lines) -> Record | None:
    found: list[str] = []
    began = 0  # the line of its BEGIN
    lines.start()
    while True:
        before, number = lines.position, lines.line
        try:
            text = next(lines)
        except StopIteration:
            return card(lines, began, found, NO_END) if began else None
        except TooLong:
            return card(lines, began or number, found, NO_END)
        word = text.strip().upper()
        if word == BEGIN and began:
            lines.go_to(before, number)
            return card(lines, began, found, NO_END)
        if not began and word != BEGIN:
            lines.start()
            continue
        began = began or number
        found.append(text.rstrip("\n"))
        if word == END:
            return card(lines, began, found, "")


def card(lines: Lines, at_line: int, found: list[str], trouble: str) -> Record:
    content = "\n".join(found)[:KEPT]
    return Record(at_line, found, content, lines.position, lines.line, trouble)
