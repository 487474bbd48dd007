"""How much room something takes, in words: in one way wherever it is said."""

import pytest

from reminder_app.languages import language
from reminder_app.translations import speaking
from reminder_app.translations.sizes import size_in_words


@pytest.mark.parametrize(
    ("size", "english", "german"),
    [
        (None, "–", "–"),
        (0, "0 bytes", "0 Byte"),
        (1, "1 byte", "1 Byte"),
        (1023, "1,023 bytes", "1.023 Byte"),
        (1024, "1 kB", "1 kB"),
        (25_001, "24.4 kB", "24,4 kB"),
        (-25_001, "-24.4 kB", "-24,4 kB"),
        (1_048_000, "1,023 kB", "1.023 kB"),
        (1_048_500, "1 MB", "1 MB"),
        (10 * 2**20, "10 MB", "10 MB"),
        (150.4 * 2**20, "150 MB", "150 MB"),
        (2**40, "1 TB", "1 TB"),
        (2**52, "4,096 TB", "4.096 TB"),
    ],
)
def test_in_the_language_spoken(size, english, german):
    assert size_in_words(size) == english
    with speaking("de-AT"):
        assert size_in_words(size) == german


def test_as_the_region_of_a_person_writes_it():
    assert size_in_words(25_001, language("de-CH")) == "24.4 kB"
