"""In which language a request is answered: a page in the person's, JSON as its client asks for."""

from flask import Flask, g, request

from reminder_app import translations
from reminder_app.translations import templates
from reminder_app.web.gate import API


def chosen() -> str | None:
    actor = g.get("actor")
    if actor and not request.path.startswith(API):
        return str(actor.locale)
    return request.accept_languages.best_match(translations.LANGUAGES)


def init_app(app: Flask) -> None:
    templates.install(app.jinja_env)
    app.jinja_env.globals["language"] = translations.language

    @app.before_request
    def speak() -> None:
        translations.speak(chosen())

    @app.teardown_request
    def fall_silent(_: BaseException | None) -> None:
        translations.speak(None)
