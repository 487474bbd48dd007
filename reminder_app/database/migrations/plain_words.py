"""Two ways to write the same thing, made one: each server says a type or a default in its own way."""

import re
from collections.abc import Sequence

WIDTHS = re.compile(r"\b(smallint|mediumint|int|bigint)\(\d+\)")
COLLATED = re.compile(r'\s+(?:character set|charset|collate)\s+"?(\w+)"?')
SAME = {
    "integer": "int",
    "bool": "tinyint(1)",
    "boolean": "tinyint(1)",
    "double precision": "double",
    "real": "double",
    "decimal": "decimal(10,0)",
}
SAME_FUNCTION = {
    "ucase": "upper",
    "lcase": "lower",
    "substring": "substr",
    "now": "current_timestamp",
}
OLD_NAMES = re.compile(rf"\b({'|'.join(SAME_FUNCTION)})\b(?=\s*\()")


def server_type(said: str, json_is_text: bool) -> str:
    plain = COLLATED.sub("", said.strip().lower())
    plain = WIDTHS.sub(r"\1", plain).replace("numeric", "decimal").replace("integer", "int")
    plain = re.sub(r"\s*,\s*", ",", plain)
    plain = SAME.get(plain, plain)
    return "longtext" if json_is_text and plain == "json" else plain


def sqlite_type(said: str) -> str:
    return re.sub(r"\s*,\s*", ",", COLLATED.sub("", said.strip().lower()))


def default(said: str | None) -> str:
    plain = (said or "").strip()
    while plain[:1] == "(" and plain[-1:] == ")":
        plain = plain[1:-1].strip()
    if plain[:1] == "'" and plain[-1:] == "'":
        return plain[1:-1].replace("''", "'")
    plain = plain.lower().removesuffix("()").replace("()", "")
    return "" if plain == "null" else plain


def expression(said: str) -> str:
    """MySQL writes `(concat(_utf8mb4'a',`b`))` for what was concat('a', b), and MariaDB has old names."""
    plain = re.sub(r"_(utf8mb4|utf8mb3|latin1|binary)(?=\\?')", "", said.lower())
    plain = OLD_NAMES.sub(lambda found: SAME_FUNCTION[found[1]], plain)
    return re.sub(r"[`\"\s()\\]", "", plain)


def action(said: str | None) -> str:
    plain = (said or "").lower()
    return "" if plain in ("restrict", "no action") else plain


def foreign_key(
    columns: Sequence[str], table: str, others: Sequence[str], on: tuple[str, str]
) -> str:
    deleted, updated = (action(one) for one in on)
    words = f"{', '.join(columns)} -> {table}.{', '.join(others)}"
    words += f" on delete {deleted}" if deleted else ""
    return words + (f" on update {updated}" if updated else "")
