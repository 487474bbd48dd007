"""What may stand in a header: one line of text, one address."""

import re
from functools import lru_cache

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

# C0, C1, halves of characters, and the two separators that some readers take for line ends.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]+")
# What most addresses look like, and what is true of them without the long way through the rules.
USUAL = re.compile(
    r"(?=.{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
    r"@(?=.{4,190}$)(?!.*--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z](?:[a-z0-9-]{0,61}[a-z0-9]))+"
)
LONGEST_LINE = 998  # RFC 5322
LONGEST_WORDS = 255
AT = re.compile("@|\uff20|%40")  # the last as in the links to what a server explains
MASK = "…"  # never longer than what it stands for
# A server at home is called nas.local, and it has mail. Whether a domain exists, its server says.
SPECIAL_USE_DOMAIN_NAMES.clear()


def one_line(text: str, longest: int = LONGEST_WORDS) -> str:
    """Text from people or other servers, fit for a header, a column or a log line."""
    return " ".join(CONTROLS.sub(" ", text).split())[:longest].rstrip()


def without_addresses(words: str) -> str:
    """What a mail server said of one message, fit for those who may not know whom it was for.

    Of words as long as one_line() lets them be, the last is masked too: cut off, it may be the
    beginning of an address.
    """
    *others, last = words.split() or [""]
    is_cut = len(words) >= LONGEST_WORDS
    masked = [MASK if AT.search(word) else word for word in others]
    return " ".join([*masked, MASK if is_cut or AT.search(last) else last])


def has_unseen(text: str, allowed: str = "") -> bool:
    """Signs that cannot be seen, and often not stored or sent."""
    return any(sign not in allowed for run in CONTROLS.findall(text) for sign in run)


@lru_cache(maxsize=1000)
def mail_address(text: str) -> str:
    """One address as it goes over the wire: an ASCII local part, a punycode domain.

    Raises ValueError. No question is asked of the DNS.
    """
    if USUAL.fullmatch(text):
        return text
    try:
        found = validate_email(
            text, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False
        )
    except EmailNotValidError as error:
        raise ValueError(one_line(str(error))) from None
    return f"{found.ascii_local_part}@{found.ascii_domain}"


def safe_value(value: str) -> str:
    """A value of our own making: where it holds a control character, something is wrong."""
    if CONTROLS.search(value) or len(value) > LONGEST_LINE:
        raise ValueError("a header value with control characters, or too long")
    return value
