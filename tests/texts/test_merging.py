"""Fields in texts: looked up, never computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reminder_app.texts.merging import MEANING, SAMPLE, Unreadable, check, render

VALUES = {"client.name": "Ann Lee", "amount": "", "title": "{{ link }}"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dear {{ client.name }}!", "Dear Ann Lee!"),
        ("{{client.name}}{{client.name}}", "Ann LeeAnn Lee"),
        ('Pay {{ amount | or: "it" }}', "Pay it"),
        ('{{ client.name | or: "you" }}', "Ann Lee"),
        ("Pay {{ amount }}.", "Pay ."),
        ("{ no field } }}", "{ no field } }}"),
        ("{{ title }}", "{{ link }}"),
        ("", ""),
    ],
)
def test_fields(text, said):
    assert render(text, VALUES) == said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ client.nmae }}", "Did you mean client.name?"),
        ("{{ Client Name }}", "Did you mean client.name?"),
        ("{{ amout }}", "Did you mean amount?"),
        ("{{ zzz }}", "There are: client.name"),
        ("{{ }}", "There is no field ''"),
        ("{{ client.name", "not closed"),
        ("{{ client.name | upper }}", "something is wrong"),
        ("{{ client.name | or: there }}", "something is wrong"),
        ("{{ client.__class__ }}", "There is no field"),
        ("{{ 7 * 7 }}", "There is no field '7 * 7'"),
        ("{{ client.name }}" * 101, "at most 100"),
    ],
)
def test_what_cannot_be_read_says_why(text, words):
    with pytest.raises(Unreadable, match=words.replace("|", r"\|").replace("*", r"\*")):
        check(text)


@given(some.text(alphabet='{}|" or:client.name\n', max_size=300))
def test_any_text_is_read_or_refused(text):
    try:
        check(text)
    except Unreadable:
        return
    assert len(render(text, SAMPLE)) <= len(text) + 100 * 100


def test_each_field_has_a_sample():
    assert SAMPLE.keys() == MEANING.keys()
