"""Texts of Jinja templates: `_`, `ngettext` and `pgettext` in them speak the language of the moment."""

from jinja2 import Environment

from reminder_app.translations.speech import catalogue


def install(environment: Environment) -> None:
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: catalogue().ugettext(text),
        ngettext=lambda one, many, num: catalogue().ungettext(one, many, num),
        pgettext=lambda context, text: catalogue().upgettext(context, text),
        newstyle=True,
    )
