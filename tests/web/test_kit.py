"""The components: icons that exist, colours that can be read, vendored files that are what they say."""

import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask, render_template

from tests.architecture.tree import APP, name, templates

STATIC = APP / "static"
ICON = re.compile(
    r'(?:draw|icon|meta|empty_state)\(\s*"([a-z0-9-]+)"'
    r'|\bicon(?:=|": )"([a-z0-9-]+)"'
    r'|menu_(?:link|post)\("[^"]*",.*?, "([a-z0-9-]+)"'
)
COLOUR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
INKS = ("ink", "ink-soft", "accent", "accent-strong", "good", "warn", "bad")
GROUNDS = ("canvas", "surface", "raised", "sunken")
READ_TOGETHER = [
    *((ink, ground) for ink in INKS for ground in GROUNDS),
    *((tone, f"{tone}-soft") for tone in ("accent", "good", "warn", "bad")),
    *(("ink", f"{tone}-soft") for tone in ("accent", "good", "warn", "bad")),
    ("ink-soft", "accent-soft"),
    ("accent-strong", "accent-soft"),
]


def sprite() -> set[str]:
    return set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))


def test_every_icon_that_is_named_is_in_the_sprite():
    named = {
        (name(path), icon)
        for path in templates()
        for match in ICON.findall(path.read_text(encoding="utf-8"))
        for icon in match
        if icon
    }

    assert {(path, icon) for path, icon in named if icon not in sprite()} == set()


def test_every_icon_of_the_sprite_is_named_somewhere():
    files = [path for kind in ("*.html", "*.py") for path in APP.rglob(kind)]
    quoted = set(re.findall(r'"([a-z0-9-]+)"', "".join(map(Path.read_text, files))))

    assert sprite() - quoted == set()


def test_every_component_renders_and_shows_only_icons_there_are(app: Flask):
    with app.test_request_context("/"):
        page = render_template("kit/kit.html")

    assert set(re.findall(r'icons\.svg[^"#]*#([^"]+)"', page)) <= sprite()
    assert page.count("<h1") >= 1


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("look", [0, 1], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(look: int):
    theme = (STATIC / "theme.css").read_text()
    colours = {found[1]: (found[2], found[3])[look] for found in COLOUR.finditer(theme)}
    ratios = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in READ_TOGETHER}

    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}
    assert contrast("#ffffff", colours["fill"]) >= 4.5
    assert contrast("#ffffff", colours["fill-strong"]) >= 4.5
    assert contrast(colours["line-strong"], colours["surface"]) >= 3


def test_vendored_files_are_the_ones_that_were_written_down():
    table = (STATIC / "vendor" / "VENDOR.md").read_text()
    listed = dict(re.findall(r"`([\w.]+\.min\.(?:css|js))`.*?`([0-9a-f]{64})`", table))
    there = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (STATIC / "vendor").glob("*.min.*")
    }

    assert listed == there
