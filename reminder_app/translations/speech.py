"""What people read, in their language. The English text in the code is the key; `de/` has the German one.

Babel alone, for every layer and thread (ADR 27): no request is needed to say something in a language.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, NullTranslations, Translations

from reminder_app.translations.sentences import Sentences, letters

HERE = Path(__file__).parent
LANGUAGES = ("en", "de")
FEWEST_LETTERS = 10  # of ours in a sentence that is known by them
# Places in which a sentence of ours may stand; in others there are names, and words of others.
OF_OURS = {"error", "reason", "why"}
_spoken: ContextVar[str] = ContextVar("language", default="en")


def gettext(text: str, **values: Any) -> str:
    """`text` in the language spoken, with its %(named)s values. A percent sign is written twice."""
    return catalogue().ugettext(text) % values


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """`one` or `many` as the language counts; %(num)s is in both."""
    return catalogue().ungettext(one, many, num) % {"num": num, **values}


def pgettext(context: str, text: str, **values: Any) -> str:
    """For words that mean two things: "Open" a page, an "Open" question."""
    return catalogue().upgettext(context, text) % values


def lazy_gettext(text: str, **values: Any) -> str:
    """For what is said once and read by many: labels of classes, constants of modules."""
    proxy: Any = LazyProxy(gettext, text, enable_cache=False, **values)
    return proxy  # type: ignore[no-any-return]  # it is used as the text it stands for


def N_(text: str) -> str:  # noqa: N802
    """A text that is kept in English, and said by `kept` to whoever reads it; its values are put in with %."""
    return text


def kept(text: str) -> str:
    """What was kept, such as why a message was called off. Words of others stay as they are."""
    said = catalogue().ugettext(text) if text else ""
    return _with_values(language(), text) if said == text and language() != "en" else said


@lru_cache(maxsize=4096)
def _with_values(spoken: str, text: str) -> str:
    known = _sentences(spoken).find(text)
    if known is None:
        return text
    source, values = known
    said = {name: kept(value) if name in OF_OURS else value for name, value in values.items()}
    return gettext(source, **said)


@lru_cache
def _sentences(spoken: str) -> Sentences:
    """Those with places for values, and enough words of ours to be known by."""
    sources = [one.id for one in read(spoken) if isinstance(one.id, str) and not one.context]
    return Sentences(one for one in sources if "%(" in one and letters(one) >= FEWEST_LETTERS)


def language() -> str:
    return _spoken.get()


def of(tag: str | None) -> str:
    """The language to speak with somebody whose locale is `tag`, such as de-AT: English if we have none."""
    spoken = (tag or "").replace("_", "-").partition("-")[0].lower()
    return spoken if spoken in LANGUAGES else "en"


def speak(tag: str | None) -> None:
    _spoken.set(of(tag))


@contextmanager
def speaking(tag: str | None) -> Iterator[None]:
    token = _spoken.set(of(tag))
    try:
        yield
    finally:
        _spoken.reset(token)


def catalogue() -> NullTranslations:
    return loaded(_spoken.get())


@lru_cache
def loaded(language: str) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read(language))
    compiled.seek(0)
    return Translations(compiled)


def read(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def path_of(language: str) -> Path:
    return HERE / language / "LC_MESSAGES" / "messages.po"
