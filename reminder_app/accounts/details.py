"""What a person's and a workspace's details may be, and their normal form. No I/O."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import available_timezones

from babel import Locale

from reminder_app import languages
from reminder_app.delivery.headers import has_unseen, mail_address
from reminder_app.errors import Invalid
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

V = TypeVar("V")
Rule = Callable[[str], str]
LONGEST_NAME, LONGEST_EMAIL, LONGEST_LOCALE, LONGEST_ZONE = 120, 254, 20, 64
LONGEST_WORKSPACE = 80
NOT_VALID = lazy_gettext("Some of this is not valid: see the fields.")
LOCALES = (
    "en en-US en-GB en-AU en-CA en-IE en-IN en-NZ en-ZA bg-BG ca-ES cs-CZ da-DK de-DE de-AT de-CH el-GR es-ES "
    "es-AR es-CL es-CO es-MX et-EE eu-ES fi-FI fr-FR fr-BE fr-CA fr-CH ga-IE gl-ES hr-HR hu-HU id-ID is-IS "
    "it-IT it-CH lt-LT lv-LV nb-NO nl-NL nl-BE pl-PL pt-BR pt-PT ro-RO sk-SK sl-SI sr-RS sv-SE tr-TR uk-UA vi-VN "
    "ja-JP ko-KR zh-CN zh-TW hi-IN th-TH"
)


def clean(**fields: str) -> dict[str, str]:
    """A person's details in their normal form. Raises Invalid naming every wrong one."""
    return checked(PERSON, fields)


def clean_workspace(**fields: str) -> dict[str, str]:
    return checked(WORKSPACE, fields)


def checked(rules: Mapping[str, Callable[[Any], V]], fields: Mapping[str, Any]) -> dict[str, V]:
    """Each in its normal form. Raises Invalid naming every wrong one."""
    values, wrong = {}, {}
    for name, value in fields.items():
        try:
            values[name] = rules[name](value)
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise Invalid(NOT_VALID, **wrong)
    return values


def email(value: str) -> str:
    """Lower case, the domain as mail servers have it (xn--…)."""
    try:
        return mail_address(value.strip()).lower()
    except ValueError as error:
        raise ValueError(
            _("This is no email address we can write to: name@example.org.")
        ) from error


def typed_email(value: str) -> str:
    """An address in the one spelling we know it by; what is none, in lower case."""
    try:
        return email(value)
    except ValueError:
        return value.strip().lower()


def line(value: str) -> str:
    """One line of text that can be shown, stored and put into a mail's header."""
    value = value.strip()
    if has_unseen(value):
        raise ValueError(_("This holds a control character. Type it again instead of pasting it."))
    if len(value) > LONGEST_NAME:
        raise ValueError(_("Keep this to %(most)s characters.", most=LONGEST_NAME))
    return value


def workspace_name(value: str) -> str:
    value = line(value)
    if not value:
        raise ValueError(_("A workspace needs a name."))
    if len(value) > LONGEST_WORKSPACE:
        raise ValueError(_("Keep this to %(most)s characters.", most=LONGEST_WORKSPACE))
    return value


def time_zone(value: str) -> str:
    if value not in known_zones():
        raise ValueError(_("This time zone is not known. Choose one such as Europe/Berlin."))
    return value


def locale(value: str) -> str:
    """de-AT, whatever else a browser appends."""
    found = parsed_locale(value)
    if found is None:
        raise ValueError(_("This language is not known. Choose one such as en-GB."))
    return found


def theme(value: str) -> str:
    if value not in ("light", "dark", "system"):
        raise ValueError(_("Choose light, dark or system."))
    return value


def parsed_locale(value: str) -> str | None:
    found = languages.parsed(value)
    text = str(found).replace("_", "-")
    return text if found and len(text) <= LONGEST_LOCALE else None


def zone_or_utc(value: str | None) -> str:
    """What a browser says about itself is a suggestion."""
    return value if value in known_zones() else "UTC"


def first_locale(*values: str | None) -> str:
    return next((found for value in values if value and (found := parsed_locale(value))), "en")


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """In the system's folder some names are no places on earth."""
    no_places = ("posix/", "right/", "localtime", "Factory", "posixrules")
    return frozenset(zone for zone in available_timezones() if not zone.startswith(no_places))


@lru_cache(maxsize=1)
def zones() -> list[str]:
    """Names worth offering: places and UTC, without the old spellings."""
    old = ("Etc/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/", "SystemV/")
    return [
        "UTC",
        *sorted(zone for zone in known_zones() if "/" in zone and not zone.startswith(old)),
    ]


@lru_cache(maxsize=1)
def locales() -> list[tuple[str, str]]:
    """Tags worth offering, each under its own name: ("de-AT", "Deutsch (Österreich)")."""
    named = [(tag, Locale.parse(tag, sep="-").get_display_name() or tag) for tag in LOCALES.split()]
    return [(tag, name[:1].upper() + name[1:]) for tag, name in named]


PERSON: Mapping[str, Rule] = {
    "email": email,
    "name": line,
    "time_zone": time_zone,
    "locale": locale,
    "theme": theme,
}
WORKSPACE: Mapping[str, Rule] = {
    "name": workspace_name,
    "time_zone": time_zone,
    "locale": locale,
}
