"""Languages and regions by their tags, such as de-AT."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError

ENGLISH = Locale("en")


@lru_cache(maxsize=256)
def language(tag: str) -> Locale:
    """English for a tag that is none."""
    return parsed(tag) or ENGLISH


def parsed(tag: str) -> Locale | None:
    """Whatever a browser or a system appends to it is left out."""
    try:
        return Locale.parse(tag.strip().replace("_", "-").partition("-u-")[0], sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        return None
