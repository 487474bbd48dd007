"""A history as a table of spreadsheets: CSV (RFC 4180), in UTC."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from reminder_app.files import names
from reminder_app.translations import kept, language, speaking

# Programs read them too: the same in every language.
HEADS = (
    "promised_for",
    "subject",
    "address",
    "channel",
    "state",
    "reason",
    "handed_over_at",
    "sent_at",
    "server_said",
    "message_id",
    "delivery_id",
    "sha256",
    "files",
    "from_name",
    "from_address",
)
MARK = "\ufeff"  # by which spreadsheets know that it is UTF-8
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(lines: Iterable[Any]) -> Iterator[str]:
    """Some at a time, so that nobody holds all of it; in the language in which it was asked for."""
    spoken = language()

    def rows() -> Iterator[str]:
        yield MARK + row(HEADS)
        for line in lines:
            with speaking(spoken):
                reason, answer = kept(line.reason), kept(line.answer)
                files = "; ".join(map(names.in_words, line.files))
            yield row(
                (
                    moment(line.due_at),
                    line.subject,
                    line.address,
                    line.channel,
                    line.state,
                    reason,
                    moment(line.handed_over_at),
                    moment(line.sent_at),
                    answer,
                    line.message_id,
                    str(line.id),
                    line.digest,
                    files,
                    line.from_name,
                    line.from_address,
                )
            )

    return rows()


def row(values: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(value) for value in values])
    return out.getvalue()


def harmless(value: str) -> str:
    """What a spreadsheet would compute is text to it with an apostrophe."""
    return f"'{value}" if value.startswith(FORMULA) else value


def moment(value: datetime | None) -> str:
    return "" if value is None else value.astimezone(UTC).isoformat(timespec="milliseconds")
