"""Most addresses go a short way: it must lead where the long one does."""

import re

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from reminder_app.delivery.headers import (
    LONGEST_WORDS,
    USUAL,
    mail_address,
    one_line,
    without_addresses,
)

NAME = st.from_regex(r"[A-Za-z0-9_+-]{1,15}(\.[A-Za-z0-9_+-]{1,15}){0,3}", fullmatch=True)
HOST = st.from_regex(r"[a-z0-9]{1,7}(-[a-z0-9]{1,7}){0,2}", fullmatch=True)
ZONE = st.from_regex(r"[a-z][a-z0-9]{1,7}(-[a-z0-9]{1,7}){0,2}", fullmatch=True)
HOSTS = st.builds("{}.{}".format, HOST, st.lists(ZONE, min_size=1, max_size=5).map(".".join))
USUAL_ONES = st.builds("{}@{}".format, NAME, HOSTS).filter(USUAL.fullmatch)
LABEL = st.from_regex(r"[a-zA-Z0-9-]{0,64}", fullmatch=True)
ODD = st.sampled_from(
    [*'.-_+@"\\ ,;:<>()[]\r\n\t\0%!|/', "..", "--", "@@", "xn--", "\xfc", "\u3002"]
)
PIECES = st.lists(LABEL | ODD | st.just("."), max_size=6).map("".join)
NEAR_MISSES = st.builds("{}@{}{}".format, PIECES, PIECES, st.sampled_from(["", ".org", ".o", "."]))


def by_the_rules(text: str) -> str:
    """What mail_address says of an address that is not usual. Raises EmailNotValidError."""
    found = validate_email(
        text, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False
    )
    return f"{found.ascii_local_part}@{found.ascii_domain}"


@given(USUAL_ONES)
@example("a" * 64 + "@x.org")
@example("a@" + ".".join(["x" * 61] * 3) + ".org")
@example("a@1.2.3.co")
@example("a+b_c-d.e@x-y.example.org")
@example("-a@example.org")
@example("_@localhost.local")
def test_what_is_usual_is_an_address_and_stays_as_it_is(text):
    assert by_the_rules(text) == text == mail_address(text)


@given(NEAR_MISSES)
@example("a@x.o-rg")
@example("a@x.1rg")
@example("a@x.org\n")
@example("a.@x.org")
@example(".a@x.org")
@example("a..b@x.org")
@example("a" * 65 + "@x.org")
@example("a@-x.org")
@example("a@x-.org")
@example("a@" + "x" * 64 + ".org")
@example("a@" + ".".join(["x" * 50] * 6) + ".org")
@example("a@xn--mnchen-3ya.de")
@example("a@ab--cd.org")
@example("a@EXAMPLE.org")
@example("a@127.0.0.1")
@example("a@localhost")
@example("\u0430@x.org")
@example("a@x.org>\r\nRCPT TO:<b@x.org")
def test_the_short_way_says_what_the_long_one_says(text):
    try:
        expected = by_the_rules(text)
    except EmailNotValidError:
        with pytest.raises(ValueError):
            mail_address(text)
    else:
        assert mail_address(text) == expected


@given(NEAR_MISSES | USUAL_ONES | st.text(max_size=80))
def test_an_address_is_one_word_that_no_command_ends_in(text):
    """It goes into RCPT TO:<...> and into a header as it is."""
    try:
        found = mail_address(text)
    except ValueError:
        return
    assert found.isascii()
    assert not re.search(r"[\x00-\x20\x7f<>,;]", found)
    assert found.count("@") == 1
    assert len(found) <= 254


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("554 5.7.1 <bob@x.org>: Relay access denied", "554 5.7.1 … Relay access denied"),
        ("450 rate limit: RCPT TO:<bob@x.org> NOTIFY=NEVER", "450 rate limit: RCPT … NOTIFY=NEVER"),
        ("550 see https://spf.example/why?id=bob%40x.org", "550 see …"),
        ("421 4.7.0 Try again later", "421 4.7.0 Try again later"),
        ("", ""),
    ],
)
def test_words_are_shown_to_others_without_addresses(words, masked):
    assert without_addresses(words) == masked
    assert without_addresses(masked) == masked


def test_an_address_that_was_cut_off_is_masked_too():
    words = one_line(f"554 {'denied ' * 35}<bob.builder@x.org>")
    assert len(words) == LONGEST_WORDS
    assert words.endswith("<bob.b")
    assert "bob" not in without_addresses(words)


@given(st.text(), USUAL_ONES, st.text())
def test_no_address_is_left_and_nothing_grows(before, address, after):
    words = f"{before} {address} {after}"
    assert "@" not in without_addresses(words)
    assert len(without_addresses(words)) <= len(words)
