"""Contacts as vCards: 3.0 and 4.0 are read (RFC 2426, RFC 6350), 3.0 is written."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from icalendar.parser import (
    Contentline,
    Parameters,
    split_on_unescaped_comma,
    split_on_unescaped_semicolon,
    unescape_backslash,
)

from reminder_app.translations import gettext as _

OWN = {"ORG": "Company", "TITLE": "Title", "ROLE": "Role", "URL": "Website", "BDAY": "Birthday"}
OWN |= {"ANNIVERSARY": "Anniversary", "NICKNAME": "Nickname"}
FIELD = "X-REMINDER-FIELD"  # name and value of a field that vCards do not know
CONSENT, CHANNEL = "X-REMINDER-CONSENT", "X-REMINDER-CHANNEL"
LONGEST_LINE = 75  # bytes
MOST_LINES = 500


Line = tuple[str, Parameters, str]


def contact_of(lines: Sequence[str]) -> dict[str, Any]:
    """What service.create() takes; nothing of it is checked yet. Raises ValueError."""
    found: dict[str, list[tuple[Parameters, str]]] = {}
    for name, parameters, value in parsed(lines):
        found.setdefault(name, []).append((parameters, value))
    texts = {name: plain(values[0][1]) for name, values in found.items()}
    own = {
        label: texts[name].strip(";")
        for name, label in OWN.items()
        if texts.get(name, "").strip(";")
    }
    emails = [plain(value).removeprefix("mailto:") for value in by_preference(found.get("EMAIL"))]
    own |= {f"Email {n}": address for n, address in enumerate(emails[1:3], 2)}
    own |= dict(part for _, value in found.get(FIELD, []) if len(part := pieces(value)) == 2)
    name = texts.get("FN") or name_of(found.get("N")) or own.pop("Company", "")
    return {
        "name": name or (emails[0].partition("@")[0] if emails else ""),
        "email": emails[0] if emails else "",
        **phones(found.get("TEL", [])),
        "postal_address": address_of(found.get("ADR")),
        "notes": texts.get("NOTE", ""),
        "tags": [tag for _, value in found.get("CATEGORIES", []) for tag in commas(value)],
        "time_zone": texts["TZ"] if "/" in texts.get("TZ", "") else "",
        "locale": texts.get("LANG", ""),
        "consent": texts.get(CONSENT, ""),
        "preferred_channel": texts.get(CHANNEL, ""),
        "attributes": own,
    }


def parsed(lines: Iterable[str]) -> Iterator[Line]:
    """Names without their group, in upper case; pictures, sounds and keys are left out."""
    for number, line in enumerate(unfolded(lines)):
        if number > MOST_LINES:
            raise ValueError(_("This card has more lines than any contact needs."))
        if line.upper().startswith(("PHOTO", "LOGO", "SOUND", "KEY")):
            continue
        try:
            name, parameters, value = Contentline(line).raw_parts()  # type: ignore[no-untyped-call]
        except ValueError as error:
            raise ValueError(
                _("A line in it is none of a vCard: %(line)s", line=line[:60])
            ) from error
        yield name.rpartition(".")[2].upper(), parameters, value


def unfolded(lines: Iterable[str]) -> Iterator[str]:
    whole: list[str] = []
    for line in lines:
        if line[:1] in (" ", "\t"):
            whole.append(line[1:])
        elif line.strip():
            if whole:
                yield "".join(whole)
            whole = [line]
    yield from ["".join(whole)] if whole else []


def plain(value: str) -> str:
    return str(unescape_backslash(value)).strip()


def pieces(value: str) -> list[str]:
    return [part.strip() for part in split_on_unescaped_semicolon(value)]


def commas(value: str) -> list[str]:
    return list(split_on_unescaped_comma(value))


def types(parameters: Parameters) -> list[str]:
    given = parameters.get("TYPE", [])
    words = given if isinstance(given, list) else str(given).split(",")
    return [str(word).casefold() for word in words]


def by_preference(given: Sequence[tuple[Parameters, str]] | None) -> list[str]:
    """4.0 says PREF=1 to 100, 3.0 TYPE=PREF."""

    def place(one: tuple[Parameters, str]) -> int:
        said = str(one[0].get("PREF", ""))
        return int(said) if said.isdecimal() else 0 if "pref" in types(one[0]) else 101

    return [value for _, value in sorted(given or (), key=place)]


def phones(given: Sequence[tuple[Parameters, str]]) -> dict[str, str]:
    found = {"phone": "", "phone_secondary": "", "phone_whatsapp": ""}
    for parameters, value in given:
        number = plain(value).removeprefix("tel:").partition(";")[0]
        kinds = types(parameters)
        if "fax" in kinds or "pager" in kinds:
            continue
        if "whatsapp" in kinds:
            found["phone_whatsapp"] = number
        elif not found["phone"]:
            found["phone"] = number
        elif not found["phone_secondary"]:
            found["phone_secondary"] = number
    return found


def name_of(given: Sequence[tuple[Parameters, str]] | None) -> str:
    """N is family; given; additional; prefix; suffix."""
    parts = [*pieces(given[0][1]), "", "", ""] if given else ["", "", ""]
    return " ".join(part for part in (parts[1], parts[2], parts[0]) if part)


def address_of(given: Sequence[tuple[Parameters, str]] | None) -> str:
    """ADR is box; extended; street; city; region; postcode; country."""
    parts = [*pieces(given[0][1]), *[""] * 7] if given else [""] * 7
    place = " ".join(part for part in (parts[5], parts[3]) if part)
    return "\n".join(part for part in (parts[2], place, parts[4], parts[6]) if part)


def card_of(contact: Any) -> str:
    """With its line ends."""
    own = dict(contact.attributes or {})
    family, _, given = contact.name.rpartition(" ")[::-1]
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"FN:{escaped(contact.name)}",
        f"N:{escaped(family)};{escaped(given)};;;",
        *([f"EMAIL;TYPE=INTERNET:{escaped(contact.email)}"] if contact.email else []),
        *(f"TEL;TYPE={kind}:{escaped(n)}" for kind, n in numbers(contact) if n),
        *(f"{name}:{escaped(own.pop(label))}" for name, label in OWN.items() if label in own),
        *(f"{name}:{text}" for name, text in the_rest(contact) if text),
        *(f"{FIELD}:{escaped(name)};{escaped(text)}" for name, text in own.items()),
        "END:VCARD",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def numbers(contact: Any) -> list[tuple[str, str]]:
    return [
        ("VOICE,PREF", contact.phone),
        ("VOICE", contact.phone_secondary),
        ("WHATSAPP", contact.phone_whatsapp),
    ]


def the_rest(contact: Any) -> list[tuple[str, str]]:
    address = contact.postal_address
    return [
        ("ADR", f";;{escaped(address)};;;;" if address else ""),
        ("NOTE", escaped(contact.notes)),
        ("CATEGORIES", ",".join(escaped(tag.name) for tag in contact.tags)),
        ("TZ", contact.time_zone or ""),
        ("LANG", contact.locale or ""),
        (CONSENT, contact.consent),
        (CHANNEL, contact.preferred_channel),
    ]


def escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def folded(line: str) -> str:
    """No line longer than 75 bytes, and no letter cut in two."""
    found, size = [""], 0
    for letter in line:
        width = len(letter.encode())
        if size + width > LONGEST_LINE - 1:
            found.append("")
            size = 1
        found[-1] += letter
        size += width
    return "\r\n ".join(found)
