"""Cells of a CSV file that a spreadsheet shows and never works out."""

import csv
import io
from collections.abc import Iterable

STARTS = ("=", "+", "-", "@", "\t", "\r")  # of a formula


def guarded(text: str) -> str:
    return f"'{text}" if text.startswith(STARTS) else text


def row(cells: Iterable[str]) -> str:
    """One line of a file, with its end."""
    line = io.StringIO()
    csv.writer(line).writerow([guarded(cell) for cell in cells])
    return line.getvalue()
