"""What would hurt on a database that is in use is named before it runs anywhere."""

import json

import pytest

from reminder_app.database.migrations import lint
from reminder_app.database.migrations.rules import RULES
from tests.database.revisions_to_read import BACK, BAD, GOOD, revision

pytestmark = pytest.mark.sqlite_only
DROPS = 'op.drop_column("users", "name")'
SAID = "no release since 0.3 reads it"


def rules_of(up, down=BACK, more=""):
    return {found.rule for found in lint.check(revision(up, down, more))}


@pytest.mark.parametrize(("rule", "up"), BAD)
def test_what_hurts_is_named(rule, up):
    down = "pass" if rule == "has-no-way-back" else BACK

    assert rule in rules_of(up, down)


@pytest.mark.parametrize("what", GOOD)
def test_what_does_no_harm_passes(what):
    assert rules_of(GOOD[what]) == set()


def test_every_rule_is_in_the_corpus():
    assert {rule for rule, _ in BAD} >= {rule.name for rule in RULES}


def test_the_way_down_is_read_too():
    found = lint.check(revision(GOOD["an index"], 'op.create_check_constraint("c", "users", "1")'))

    assert [(one.way, one.rule) for one in found] == [("downgrade", "adds-check")]


def test_the_way_down_may_drop_what_the_way_up_made():
    assert rules_of(GOOD["a column that may be NULL"], 'op.drop_column("users", "x")') == set()


@pytest.mark.parametrize("name", ["drops-column", "drops-column users.name"])
def test_a_revision_that_knows_better_says_so(name):
    assert rules_of(DROPS, more=f"SAFE = {{{name!r}: {SAID!r}}}") == set()


def test_it_says_so_of_one_column_alone():
    both = f'{DROPS}; op.drop_column("users", "email")'
    found = lint.check(revision(both, BACK, f'SAFE = {{"drops-column users.name": "{SAID}"}}'))

    assert [one.what for one in found if one.rule == "drops-column"] == ["users.email"]


@pytest.mark.parametrize("safe", ['{"drops-column": "ok"}', f'{{"drops-table": "{SAID}"}}'])
def test_it_cannot_say_so_without_a_reason_or_without_need(safe):
    assert "says-safe-in-vain" in rules_of(DROPS, more=f"SAFE = {safe}")


def test_each_finding_says_why_and_what_to_do_instead():
    for rule, up in BAD:
        for found in lint.check(revision(up, BACK)):
            assert (rule, len(found.why) > 20, len(found.instead) > 3) == (rule, True, True)


def test_the_command_names_them_for_people_and_for_scripts(app):
    runner = app.test_cli_runner()

    assert runner.invoke(args=["migrations", "lint"]).exit_code == 0
    told = runner.invoke(args=["migrations", "lint", "--json"])
    assert json.loads(told.stdout) == []
    assert runner.invoke(args=["migrations", "lint", "9999"]).exit_code == 1
