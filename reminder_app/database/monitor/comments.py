"""Says in the statement itself who asks: the server's process list and slow log show it.

Only few different words: an id in them would make each statement a text of its own. Digests and
fingerprints leave comments out.
"""

import re
from functools import lru_cache

# Nothing that ends a comment, a text, or is a placeholder of the driver.
UNFIT = re.compile(r"[^A-Za-z0-9_ /<>:.-]")
LONGEST = 120
KINDS = ("job", "scope", "command")
WHO = re.compile(rf"/\*(?:route|{'|'.join(KINDS)})='([^']*)'\*/")


def commented(statement: str, work: str) -> str:
    """At the end: programs and our own code look at how a statement begins."""
    return statement + comment(work)


@lru_cache(1_000)
def comment(work: str) -> str:
    kind, _, name = work.partition(":")
    if kind not in KINDS:
        kind, name = "route", work
    return f" /*{kind}='{UNFIT.sub('_', name)[:LONGEST]}'*/"
