"""Positions in a server's history, as sets: MariaDB's `0-1-123`, MySQL's `uuid:1-5:7-9`."""

from collections.abc import Mapping, Sequence

Interval = tuple[int, int]
Position = Mapping[str, Sequence[Interval]]


def read(text: str) -> Position:
    """By source: a domain of MariaDB, of which everything up to its number is there, or a MySQL server."""
    found: dict[str, list[Interval]] = {}
    for part in "".join(text.split()).split(","):
        if ":" in part:
            source, *spans = part.split(":")
            for span in spans:
                if span[:1].isdigit():
                    first, _, last = span.partition("-")
                    found.setdefault(source, []).append((int(first), int(last or first)))
                else:  # a tag (MySQL 8.3): what follows is counted for itself
                    source = f"{part.partition(':')[0]}:{span}"
        elif part:
            domain, _, number = part.split("-")
            found.setdefault(domain, []).append((1, int(number)))
    return found


def contains(have: Position, wanted: Position) -> bool:
    return all(
        any(low <= first and last <= high for low, high in have.get(source, ()))
        for source, spans in wanted.items()
        for first, last in spans
    )


def length(position: Position) -> int:
    """How many transactions: of two positions on one history the longer is the later one."""
    return sum(last - first + 1 for spans in position.values() for first, last in spans)


def joined(have: Position, more: Position) -> Position:
    """What a server has that had the one and has been seen with the other."""
    larger = {
        source: spans
        for source, spans in more.items()
        if contains({source: spans}, {source: have.get(source, ())})
    }
    return {**have, **larger}


def lacks_only_of(source: str, have: Position, text: str) -> bool:
    """Whether all of `text` that `have` lacks was written by this server itself.

    `source` is its number (MariaDB) or its UUID (MySQL).
    """
    parts = filter(None, "".join(text.split()).split(","))
    return all(contains(have, read(part)) or source == writer_of(part) for part in parts)


def writer_of(part: str) -> str:
    return part.partition(":")[0] if ":" in part else part.split("-")[1]
