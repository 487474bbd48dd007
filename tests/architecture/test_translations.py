"""Every text has its translation, with the same places for what is put into it."""

import ast
import re

import pytest
from jinja2 import Environment, nodes

from reminder_app.translations.extraction import extracted, said
from reminder_app.translations.speech import LANGUAGES, read
from tests.architecture.tree import APP, name, python_files, templates, tree

PLACE = re.compile(r"%(?:%|\(\w+\)\w|.)")
SAYS = {"N_", "_", "gettext", "lazy_gettext", "ngettext", "pgettext"}
TAG = re.compile(r"</?[a-z]+")


@pytest.fixture(params=LANGUAGES[1:])
def catalog(request):
    return read(request.param)


def test_a_catalogue_holds_what_the_code_says(catalog):
    """`flask translations update` brings it up to date."""
    in_code = {
        (text if isinstance(text, str) else text[0], context) for text, _, context in extracted()
    }
    there = {(first(message.id), message.context) for message in catalog if message.id}
    assert sorted(map(str, in_code ^ there)) == []


def test_every_text_is_translated(catalog):
    missing = [message.id for message in catalog if message.id and not said(message.string)]
    assert missing == []
    assert [message.id for message in catalog if message.id and message.fuzzy] == []


def test_a_translation_has_the_same_places_and_tags(catalog):
    wrong = [
        (source, text)
        for message in catalog
        if message.id
        for source, text in pairs(message)
        if what_is_put_in(source) != what_is_put_in(text)
    ]
    assert wrong == []


def pairs(message):
    if isinstance(message.id, str):
        return [(message.id, message.string)]
    return [(message.id[1], text) for text in message.string[1:]]


def what_is_put_in(text):
    """A straight quote would end the attribute that it is put into."""
    return sorted(set(PLACE.findall(text))), sorted(TAG.findall(text)), text.count('"')


def first(text):
    return text if isinstance(text, str) else text[0]


def test_nothing_is_said_inside_an_f_string():
    """Extraction does not look into them."""
    wrong = [
        (name(path), call.lineno)
        for path in python_files("reminder_app")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in SAYS
    ]
    assert wrong == []


def test_nothing_is_said_once_for_all_languages():
    """What an imported template sets outside of its macros is worked out once, and kept."""
    read = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    trees = {
        path.relative_to(APP / "templates").as_posix(): read.parse(path.read_text(encoding="utf-8"))
        for path in templates()
    }
    imported = {
        node.template.value
        for tree in trees.values()
        for node in tree.find_all((nodes.FromImport, nodes.Import))
        if isinstance(node.template, nodes.Const)
    }
    said = {
        (template, assignment.lineno)
        for template in imported
        for assignment in trees[template].iter_child_nodes()
        if isinstance(assignment, nodes.Assign)
        for call in assignment.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in SAYS
    }
    assert said == set()
