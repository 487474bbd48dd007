"""A file as it came, rewritten as UTF-8 with one kind of line end: then bytes can be counted and gone on from."""

import codecs
import csv
import io
from collections import Counter
from typing import BinaryIO

from reminder_app.translations import lazy_gettext

PIECE = 1 << 16
DELIMITERS = ",;\t|"
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAID = {
    "utf-8": "UTF-8",
    "utf-8-sig": lazy_gettext("UTF-8 with BOM"),
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}
NOT_TEXT = lazy_gettext(
    "This is no text that we can read: save it as CSV (UTF-8) or as a vCard and try again."
)


def encoding_of(file: BinaryIO) -> str:
    """What every byte of it agrees with. Whatever is no Unicode is taken as Western European."""
    file.seek(0)
    start = file.read(PIECE)
    for mark, encoding in BOMS:
        if start.startswith(mark):
            return encoding
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if even + odd > len(start) // 8:
        return "utf-16-le" if odd > even else "utf-16-be"
    return next(one for one in ("utf-8", "cp1252", "latin-1") if is_readable(file, one))


def is_readable(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def rewrite(file: BinaryIO, encoding: str, to: BinaryIO) -> int:
    """Gives how many bytes came of it. Raises ValueError where it is no text."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline=None)
    size = 0
    try:
        while piece := text.read(PIECE):
            if "\0" in piece or is_noise(piece):
                raise ValueError(NOT_TEXT)
            size += to.write(piece.encode("utf-8", "replace"))
    except UnicodeDecodeError as error:
        raise ValueError(NOT_TEXT) from error
    finally:
        text.detach()
    return size


def is_noise(piece: str) -> bool:
    """A picture or a spreadsheet's own format, whatever it is decoded as."""
    return sum(sign < " " and sign not in "\t\n\r\f" for sign in piece) > len(piece) // 20


def is_vcard(start: str) -> bool:
    return start.lstrip("\ufeff \n")[:11].upper() == "BEGIN:VCARD"


def delimiter_of(start: str) -> str:
    """That which cuts most of the first lines into as many pieces, two at least; else a comma."""
    return max(DELIMITERS, key=lambda sign: evenness(start, sign))


def evenness(start: str, delimiter: str) -> tuple[float, int]:
    widths: Counter[int] = Counter()
    try:
        for row in csv.reader(start.splitlines(keepends=True)[:30], delimiter=delimiter):
            widths[len(row)] += bool(row)
    except csv.Error:
        return 0, 0
    if not widths:
        return 0, 0
    width, many = widths.most_common(1)[0]
    return (many / widths.total() if width > 1 else 0), width
