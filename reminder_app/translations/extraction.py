"""What the code says, into the catalogues."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from reminder_app.translations.speech import HERE, read

CODE = HERE.parent
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
TEMPLATES = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}
OPTIONS = {pattern: TEMPLATES for pattern, method in METHODS if method == "jinja2"}
COMMENTS = ("Translators:",)
HEAD = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def updated(language: str) -> Catalog:
    """What was there keeps its translation, what is gone is left out."""
    kept = read(language)
    fresh = Catalog(locale=language, domain="messages", project="Reminder App", fuzzy=False)
    for text, comments, context in extracted():
        old = kept.get(text if isinstance(text, str) else text[0], context)
        # A text that has become one of number, or is none any more, is a new one.
        same = old is not None and old.pluralizable is not isinstance(text, str)
        fresh.add(
            text, old.string if old and same else None, auto_comments=comments, context=context
        )
    return fresh


def extracted() -> Iterator[tuple[str | tuple[str, ...], list[str], str | None]]:
    for _, _, text, comments, context in extract_from_dir(
        CODE, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=COMMENTS, strip_comment_tags=True
    ):
        yield text, comments, context


def said(translation: str | Iterable[str] | None) -> bool:
    """Each of its forms."""
    texts = (translation,) if isinstance(translation, str) else tuple(translation or ())
    return bool(texts) and all(texts)


def write(catalog: Catalog, path: Path) -> None:
    """Without places and dates: a line moved in the code changes nothing here."""
    with path.open("wb") as file:
        file.write(
            HEAD.format(language=catalog.locale_identifier, plurals=catalog.plural_forms).encode()
        )
        write_po(file, catalog, width=100, no_location=True, omit_header=True, sort_output=True)
