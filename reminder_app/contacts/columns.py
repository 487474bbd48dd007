"""Which column of a file is what of a contact: guessed from its heading, in English and German."""

import re
from collections.abc import Sequence
from typing import Any

from reminder_app.contacts import details
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext

LEAVE = "-"
OWN = "own"  # a field of one's own, named as the column is
# What a column may be, in the order in which it is offered.
MEANINGS = {
    LEAVE: lazy_gettext("Leave out"),
    "name": lazy_gettext("Name"),
    "first_name": lazy_gettext("First name"),
    "last_name": lazy_gettext("Last name"),
    "company": lazy_gettext("Company"),
    "email": lazy_gettext("Email"),
    "phone": lazy_gettext("Phone"),
    "phone_secondary": lazy_gettext("Second phone"),
    "phone_whatsapp": "WhatsApp",
    "preferred_channel": lazy_gettext("Preferred channel"),
    "tags": lazy_gettext("Tags"),
    "notes": lazy_gettext("Notes"),
    "postal_address": lazy_gettext("Postal address"),
    "street": lazy_gettext("Street"),
    "postcode": lazy_gettext("Postcode"),
    "city": lazy_gettext("City"),
    "country": lazy_gettext("Country"),
    "time_zone": lazy_gettext("Time zone"),
    "locale": lazy_gettext("Language"),
    "consent": lazy_gettext("Consent"),
    "consent_note": lazy_gettext("Consent: how and when"),
    OWN: lazy_gettext("A field of its own"),
}
WORDS = {
    "name": "name fullname displayname contact client customer kunde mandant vollername anzeigename kontakt",
    "first_name": "firstname givenname forename vorname",
    "last_name": "lastname surname familyname nachname familienname zuname",
    "company": "company organization organisation organizationname business firma unternehmen",
    "email": "email emailaddress mail mailaddress emailadresse mailadresse email1value email1 hauptemail",
    "phone": "phone phonenumber telephone tel telefon telefonnummer rufnummer phone1value primaryphone "
    "businessphone mainphone festnetz telefongeschaeftlich telefonprivat homephone",
    "phone_secondary": "secondphone phonesecondary secondaryphone mobile mobilephone cell cellphone mobil "
    "mobiltelefon handy handynummer mobilnummer phone2value phone2 zweitestelefon telefon2",
    "phone_whatsapp": "whatsapp phonewhatsapp whatsappphone whatsappnumber whatsappnummer",
    "preferred_channel": "preferredchannel preferredcontactmethod channel kanal bevorzugterkanal kontaktweg",
    "tags": "tags tag labels label groups group groupmembership categories category gruppe gruppen kategorie "
    "kategorien schlagwort schlagworte stichworte",
    "notes": "notes note comment comments remark remarks notiz notizen bemerkung bemerkungen kommentar",
    "postal_address": "address postaladdress adresse anschrift postanschrift",
    "street": "street streetaddress strasse strassehausnummer strasseundhausnummer homestreet businessstreet",
    "postcode": "postcode zip zipcode postalcode plz postleitzahl homepostalcode",
    "city": "city town ort stadt wohnort homecity",
    "country": "country land homecountry countryregion",
    "time_zone": "timezone zone zeitzone",
    "locale": "language locale lang sprache",
    "consent": "consent einwilligung zustimmung optin",
    "consent_note": "consenthowandwhen consentnote consentevidence einwilligungsnachweis",
}
MEANING_OF = {word: meaning for meaning, words in WORDS.items() for word in words.split()}
LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
EMAIL = re.compile(r"[^@\s,;]{1,64}@[^@\s,;]{1,255}")
SEVERAL = ("tags", "notes", OWN, LEAVE)
YES = frozenset(["1", "yes", "y", "true", "given", "ja", "j", "wahr", "erteilt", "opt-in"])
NO = frozenset(["0", "no", "n", "false", "refused", "nein", "falsch", "verweigert", "opt-out"])
CHANNELS = {
    "e-mail": "email",
    "mail": "email",
    "text": "sms",
    "phone": "sms",
    "whats app": "whatsapp",
}


def plain(heading: str) -> str:
    """E-Mail 1 - Value -> email1value, Straße -> strasse."""
    return "".join(filter(str.isalnum, heading.casefold().translate(LETTERS)))


def has_header(first: Sequence[str]) -> bool:
    known = [cell for cell in first if plain(cell) in MEANING_OF]
    return bool(known) and not any(EMAIL.fullmatch(cell.strip()) for cell in first)


def guess(headings: Sequence[str]) -> list[str]:
    """What is not known is a field of its own; what has no heading is left out."""
    found: list[str] = []
    for heading in headings:
        meaning = MEANING_OF.get(plain(heading), OWN if heading.strip() else LEAVE)
        if meaning in found and meaning not in SEVERAL:
            meaning = OWN
        found.append(meaning)
    return found


def guess_by_content(rows: Sequence[Sequence[str]]) -> list[str]:
    """Without headings: by what stands below each other."""
    found: list[str] = []
    for column in range(max((len(row) for row in rows), default=0)):
        values = [row[column].strip() for row in rows if column < len(row) and row[column].strip()]
        fits = (one for one, test in TESTS.items() if values and all(map(test, values)))
        meaning = next((one for one in fits if one not in found), LEAVE)
        found.append(meaning)
    return found


def is_phone(value: str) -> bool:
    enough = len(details.digits(value)) > details.FEWEST_DIGITS + 2
    return bool(details.PHONE.fullmatch(value)) and enough


TESTS = {
    "email": lambda value: bool(EMAIL.fullmatch(value)),
    "phone": is_phone,
    "name": lambda value: any(map(str.isalpha, value)),
}


def contact_of(
    cells: Sequence[str], mapping: Sequence[str], headings: Sequence[str]
) -> dict[str, Any]:
    """A row as what service.create() takes; nothing of it is checked yet."""
    found: dict[str, list[str]] = {}
    own: dict[str, str] = {}
    for number, (cell, meaning) in enumerate(zip(cells, mapping, strict=False)):
        value = without_guard(cell.strip())
        if value and meaning == OWN:
            own[heading_of(headings, number)] = value
        elif value and meaning != LEAVE:
            found.setdefault(meaning, []).append(value)
    return put_together(found, own)


def heading_of(headings: Sequence[str], number: int) -> str:
    named = headings[number].strip() if number < len(headings) else ""
    return named[: details.LONGEST["attribute_name"]] or _("Column %(number)s", number=number + 1)


def put_together(found: dict[str, list[str]], own: dict[str, str]) -> dict[str, Any]:
    one = {meaning: values[0] for meaning, values in found.items()}
    company = one.pop("company", "")
    parts = " ".join(filter(None, (one.pop("first_name", ""), one.pop("last_name", ""))))
    name = one.pop("name", "") or parts or company or one.get("email", "").partition("@")[0]
    place = " ".join(filter(None, (one.pop("postcode", ""), one.pop("city", ""))))
    lines = [one.pop("street", ""), place, one.pop("country", "")]
    address = one.pop("postal_address", "") or "\n".join(filter(None, lines))
    own |= {"Company": company} if company and company != name else {}
    fields: dict[str, Any] = one | {"name": name, "postal_address": address, "attributes": own}
    fields["notes"] = "\n".join(found.get("notes", []))
    fields["tags"] = [tag for text in found.get("tags", []) for tag in re.split(r"[,;]|:::", text)]
    fields["tags"] = [tag.strip(" *") for tag in fields["tags"]]
    word = one.get("consent", "").casefold()
    if word:
        fields["consent"] = "given" if word in YES else "refused" if word in NO else word
    channel = one.get("preferred_channel", "").casefold()
    if channel:
        fields["preferred_channel"] = CHANNELS.get(channel, channel)
    return fields


def without_guard(cell: str) -> str:
    """What cells.guarded() put before it is taken away again."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@" else cell
