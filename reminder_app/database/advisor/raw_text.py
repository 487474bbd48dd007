"""What can be said of a query before anybody parses it.

The parser and the server read some texts differently: `/*! */` and `/*M! */` are comments to the one and
statements to the other, and a NUL ends a text for some. What could be read in two ways is refused here.
"""

import re

from reminder_app.database.advisor.refusal import Refused

LONGEST = 10_000  # characters
DEEPEST = 30  # parentheses
MOST_WORDS = 2_000
COMMENTS = ("/*", "*/", "--", "#")
# Everything that is not a plain space, tab or line end, and the marks that turn the direction of a text.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
WORD = re.compile(r"\w+|[^\w\s]")


def looked_at(text: object) -> str:
    """The text without the `;` at its end. Raises Refused."""
    if not isinstance(text, str):
        raise Refused("Send the query as a text.")
    if len(text) > LONGEST:
        raise Refused(f"This is longer than {LONGEST:,} characters: send a shorter query.")
    if UNSEEN.search(text) or not is_unicode(text):
        raise Refused("There are characters in it that cannot be seen: type the query anew.")
    if any(mark in text for mark in COMMENTS):
        raise Refused(
            "Take out the comments: /* */, -- and #. Servers run what stands in some of them. "
            "Where one stands in a value, write another value: the plan stays the same."
        )
    plain = text.strip().removesuffix(";").strip()
    if not plain:
        raise Refused("There is no query in this.")
    if depth(plain) > DEEPEST or len(WORD.findall(plain)) > MOST_WORDS:
        raise Refused("This query is nested too deeply or has too many parts: send a smaller one.")
    return plain


def is_unicode(text: str) -> bool:
    """Half of a pair (a lone surrogate) is no character, and no driver can send it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def depth(text: str) -> int:
    """Counts what stands in strings too: rather too deep than too little."""
    deepest = here = 0
    for letter in text:
        here += (letter == "(") - (letter == ")")
        deepest = max(deepest, here)
    return deepest
