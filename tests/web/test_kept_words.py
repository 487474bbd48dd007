"""What is kept in English is said in the language of whoever reads it."""

import pytest

from reminder_app.translations import kept, speaking

pytestmark = pytest.mark.sqlite_only  # no database at all

KEPT = {
    "": "",
    "The reminder was paused.": "Die Erinnerung wurde pausiert.",
    "The mail server turned us away: 550 No.": "Der Mailserver hat uns abgewiesen: 550 No.",
    "The server cannot be reached: it took too long": (
        "Der Server ist nicht erreichbar: es dauerte zu lange"
    ),
    "Waits, as those before it failed: Nothing can be handed to it.": (
        "Wartet, denn die davor sind gescheitert: Ihm lässt sich nichts übergeben."
    ),
    "Not sent: the mail server Email, which it was to go out through, was removed.": (
        "Nicht gesendet: Der Mailserver Email, über den sie hinausgehen sollte, wurde entfernt."
    ),
    "550 5.1.1 No such user": "550 5.1.1 No such user",  # words of others
}


@pytest.mark.parametrize("text", KEPT)
def test_it_is_said_in_german_with_its_values(text):
    assert kept(text) == text
    with speaking("de"):
        assert kept(text) == KEPT[text]


def test_what_is_nearly_a_sentence_of_ours_is_passed_over_at_once():
    """Tried in all ways that its words can be parted, this one alone would take hours."""
    text = "a" + " invites b to this c as d: e" * 400

    with speaking("de"):
        assert kept(text) == text
