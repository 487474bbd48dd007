"""In which language a request is answered: a page in the person's, JSON as its client asks for.

Who is not signed in may choose: `?lang=de` at any page is kept in a cookie.
"""

from typing import NamedTuple
from urllib.parse import quote, urlencode

from flask import Flask, g, request
from werkzeug.wrappers import Response

from reminder_app import translations
from reminder_app.translations import templates
from reminder_app.web.gate import API, is_anonymous, safe_path

ARGUMENT, COOKIE = "lang", "language"
A_YEAR = 365 * 86_400
NAMES = {"en": "English", "de": "Deutsch"}


class Other(NamedTuple):
    tag: str
    name: str
    url: str


def chosen() -> str | None:
    if request.path.startswith(API):
        return of_browser()
    if actor := g.get("actor"):
        return str(actor.locale)
    wishes = (request.args.get(ARGUMENT), request.cookies.get(COOKIE))
    return next((one for one in wishes if one in translations.LANGUAGES), None) or of_browser()


def of_browser() -> str | None:
    """Its first one that we speak: de-AT before en, which best_match() has the other way round."""
    wishes = (tag for tag, quality in request.accept_languages if quality)
    languages = (tag.replace("_", "-").partition("-")[0].lower() for tag in wishes)
    return next((one for one in languages if one in translations.LANGUAGES), None)


def locale_of_visitor(*tags: str | None) -> str | None:
    """The first of what the browser says of itself, unless it was to speak another language."""
    spoken = translations.language()
    found = next((tag for tag in (*tags, request.accept_languages.best) if tag), None)
    return found if translations.of(found) == spoken else spoken


def others() -> list[Other]:
    """This page in the other languages, for who is not signed in; what was sent is not sent again."""
    if g.get("actor") or request.method != "GET" or is_anonymous(request.endpoint):
        return []
    path, asked = quote(safe_path(request.path)), request.args.to_dict(flat=False)
    return [
        Other(tag, NAMES[tag], f"{path}?{urlencode(asked | {ARGUMENT: [tag]}, doseq=True)}")
        for tag in translations.LANGUAGES
        if tag != translations.language()
    ]


def keep(response: Response, language: str) -> Response:
    """For the pages before signing in; says nothing about anybody."""
    response.set_cookie(COOKIE, language, max_age=A_YEAR, samesite="Lax")
    return response


def keep_choice(response: Response) -> Response:
    wish = request.args.get(ARGUMENT)
    return keep(response, wish) if wish in translations.LANGUAGES and others() else response


def say_language(response: Response) -> Response:
    """Also to the browser's worker, which keeps a page for when there is no net."""
    if response.mimetype == "text/html":
        response.content_language.add(translations.language())
    return response


def init_app(app: Flask) -> None:
    templates.install(app.jinja_env)
    app.jinja_env.globals |= {"language": translations.language, "other_languages": others}
    app.after_request(keep_choice)
    app.after_request(say_language)
    app.jinja_env.filters["kept"] = translations.kept

    @app.before_request
    def speak() -> None:
        translations.speak(chosen())

    @app.teardown_request
    def fall_silent(_: BaseException | None) -> None:
        translations.speak(None)
