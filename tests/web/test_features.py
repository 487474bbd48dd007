"""docs/features.md is kept honest: what it names is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).parents[2] / "docs" / "features.md"
THEIRS = "## What other products"
ANY = "any"
METHOD = "GET|POST|PUT|PATCH|DELETE"
Endpoint = tuple[str, str]  # method, path with {} for what varies


def rows(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split(" | ")] if line.startswith("| ") else []
        if len(cells) > 1:
            yield [cell.strip("| ") for cell in cells]


def plain(path: str) -> str:
    return re.sub(r"\{[^}]*\}|<[^>]*>", "{}", path.partition("?")[0])


def named(cell: str) -> Iterator[Endpoint]:
    """`GET`, `POST /texts` are two endpoints; of a path alone, any method will do."""
    waiting: list[str] = []
    for said in re.findall(r"`([^`]+)`", cell):
        if re.fullmatch(METHOD, said):
            waiting.append(said)
        elif found := re.fullmatch(rf"(?:({METHOD}) )?((?:…)?/\S*)", said.split(" with ")[0]):
            for one in (*waiting, found[1] or ANY):
                yield one, plain(found[2])
            waiting = []


def unknown(cell: str, known: set[Endpoint]) -> list[Endpoint]:
    """`…/{id}/start` and `/cancel` go on from a part of the one before."""
    wrong, before = [], ""
    for method, said in named(cell):
        parts = before.split("/")
        starts = ["", *("/".join(parts[:n]) for n in range(len(parts), 0, -1))]
        whole = [start + said.removeprefix("…") for start in starts]
        found = [
            one
            for one in whole
            if any(one == path and method in (verb, ANY) for verb, path in known)
        ]
        if found:
            before = found[0]
        else:
            wrong.append((method, said))
    return wrong


@pytest.fixture
def published(app) -> set[Endpoint]:
    paths = app.extensions["openapi"]()["paths"]
    return {
        (method.upper(), plain(path.removeprefix("/api/v1")))
        for path, methods in paths.items()
        for method in methods
    }


@pytest.fixture
def routes(app) -> set[Endpoint]:
    return {
        (method, plain(rule.rule)) for rule in app.url_map.iter_rules() for method in rule.methods
    }


def test_each_endpoint_it_names_is_in_the_document_of_the_api(published, routes):
    ours = DOCUMENT.read_text(encoding="utf-8").partition(THEIRS)[0]
    cells = [row[2] for row in rows(ours) if len(row) > 2]
    signed_in = {one for one in routes if one[1].startswith("/admin/")}

    assert [one for cell in cells for one in unknown(cell, published | signed_in)] == []
    assert sum(len(list(named(cell))) for cell in cells) > 90


def test_each_page_it_names_is_there(routes):
    ours = DOCUMENT.read_text(encoding="utf-8").partition(THEIRS)[0]
    found = [plain(one) for row in rows(ours) for one in re.findall(r"`(/[^`…]*)`", row[1])]

    assert [one for one in found if ("GET", one) not in routes] == []
    assert len(found) > 20


def test_where_others_call_it_otherwise_ours_is_there(published, routes):
    theirs = DOCUMENT.read_text(encoding="utf-8").partition(THEIRS)[2]
    cells = [row[1] for row in rows(theirs)]

    assert [one for cell in cells for one in unknown(cell, published | routes)] == []
    assert sum(len(list(named(cell))) for cell in cells) > 15


def test_what_is_not_there_would_be_noticed(published):
    assert unknown("`GET /reminders`, `POST …/{id}/nonsense`", published) != []
    assert unknown("`PATCH`, `GET /reminders`", published) == [("PATCH", "/reminders")]
