"""`flask audit …` for people and for scripts."""

import json
from dataclasses import replace

import pytest

from reminder_app.database.audit.cli import audit
from reminder_app.database.audit.part import EXTENSION
from tests.database.audit_trail import behind_its_back


@pytest.fixture
def run(app, monkeypatch, tmp_path):
    """run("verify", "--json"): the command's answer, with an anchor of this test's own."""
    trail = replace(app.extensions[EXTENSION], anchor=str(tmp_path / "anchors"))
    monkeypatch.setitem(app.extensions, EXTENSION, trail)
    return lambda *words: app.test_cli_runner().invoke(audit, list(words))


def test_it_says_that_all_is_well(alice, run, later):
    later(minutes=1)

    assert run("seal").output == "4 entries sealed.\n"
    done = run("verify")
    assert done.exit_code == 0
    assert done.output.endswith("Intact.\n")


def test_it_ends_with_1_and_names_what_was_changed(alice, run, later):
    later(minutes=1)
    run("seal")
    behind_its_back("UPDATE audit_log SET actor = 'x' WHERE table_name = 'workspaces'")

    done = run("verify")
    assert done.exit_code == 1
    assert "changed: entry" in done.output
    told = json.loads(run("verify", "--json").stdout)
    assert [one["kind"] for one in told["problems"]] == ["changed"]


def test_the_end_of_the_chain_can_be_kept_by_hand(alice, run, later):
    later(minutes=1)
    run("seal")
    end = run("head").output.strip()

    assert run("verify", "--head", end).exit_code == 0
    assert run("verify", "--head", "7:abcd").exit_code == 1
    assert run("verify", "--head", "seven").exit_code == 2


def test_where_there_is_nothing_to_show_it_says_why(alice, run):
    assert "nonsense is no key as --object wants it" in run("show", "--object", "nonsense").output
    assert "Watched are: api_tokens, " in run("show", "--table", "user").output
    unknown = run("show", "--object", "01a1ffca-5f0e-7cc1-9d3b-2f6d3e0c9a11").output
    assert unknown == "0 entries. There is none within 30 days: --since looks further back.\n"


def test_a_restore_that_another_program_made_is_told_by_hand(alice, run, later):
    later(minutes=1)
    run("seal")
    behind_its_back("DELETE FROM audit_log")
    behind_its_back("DELETE FROM audit_seals")
    assert run("verify").exit_code == 1

    assert "Brought back to seal 0" in run("restored").output
    done = run("verify")
    assert done.exit_code == 0, done.output
    assert "Brought back to seal 0" in done.output
    assert len(json.loads(run("verify", "--json").stdout)["restored"]) == 1


def test_it_shows_what_happened_to_one_thing(alice, run):
    told = json.loads(run("show", "--object", str(alice.id), "--json").output)

    assert [(one["action"], one["table_name"]) for one in told] == [
        ("update", "users"),
        ("create", "users"),
    ]
    assert "create workspaces" in run("show", "--table", "workspaces").output
