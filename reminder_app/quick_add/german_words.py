"""German: its words. Umlauts may be written as ae, oe, ue."""

from collections.abc import Mapping
from typing import Any

from reminder_app.quick_add.tables import any_of, by_word, counted

FULL = counted("montag dienstag mittwoch donnerstag freitag samstag sonntag", 0) | {"sonnabend": 5}
SHORT = counted("mo di mi do fr sa so", 0)
MONTHS = counted(
    "januar februar märz april mai juni juli august september oktober november dezember"
)
STEMS = counted("erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft")
ENDINGS = ("e", "en", "er", "es")
UNITS = by_word(
    {"minute": "minute minuten min", "hour": "stunde stunden std h", "day": "tag tage tagen"}
    | {"week": "woche wochen wo", "month": "monat monate monaten", "year": "jahr jahre jahren"}
)
UNIT = by_word(
    {"minute": "minute", "hour": "stunde", "day": "tag", "week": "woche", "month": "monat"}
    | {"year": "jahr", "quarter": "quartal"}
)
PARTS = by_word(
    {"morning": "morgen vormittag früh", "noon": "mittag", "afternoon": "nachmittag"}
    | {"evening": "abend", "night": "nacht"}
)
WORDS: Mapping[str, Mapping[str, Any]] = {
    "number_words": counted(
        "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    )
    | by_word({1: "ein eine einen einem einer", 2: "zwo"}),
    "ordinal_words": {f"{stem}{end}": n for stem, n in STEMS.items() for end in ENDINGS}
    | {f"letzt{end}": -1 for end in ENDINGS},
    "ordinal_endings": any_of("."),
    "weekday": FULL,
    "weekday_any": FULL | SHORT,
    "weekday_short": SHORT,
    "also_words": any_of("so do nikolaus"),
    "spelt": {name: (True, n) for name, n in FULL.items()}
    | {"heute": (False, 0), "morgen": (False, 1), "übermorgen": (False, 2)},
    "every": any_of("jeden jede jedes jeder"),
    "halves": any_of("uhr"),
    "vague": any_of("für über um vor nach seit gegen während zwischen wegen von"),
    "feast_things": any_of(""),
    "point_dates": any_of("."),
    "numbered": any_of(
        "v version raum zimmer nr kapitel seite seiten s § gleis haus halle platz str straße"
    ),
    "amounts": any_of("€ $ £ % euro eur kg g km m l prozent"),
    "weekday_plural": {f"{name}s": n for name, n in FULL.items()},
    "month": MONTHS
    | {name[:3]: n for name, n in MONTHS.items()}
    | {"jänner": 1, "feber": 2, "mrz": 3, "sept": 9},
    "unit": UNIT,
    "units": UNITS,
    "short_units": by_word({"minute": "min", "hour": "std", "week": "wo", "month": "mon"}),
    "hours": any_of("stunde stunden std h"),
    "minutes": any_of("minute minuten min m"),
    "part": PARTS,
    "weekday_part": {
        f"{name}{part}": (n, PARTS[part]) for name, n in FULL.items() for part in PARTS
    },
    "part_adverb": by_word(
        {"morning": "morgens vormittags frühmorgens", "noon": "mittags", "evening": "abends"}
        | {"afternoon": "nachmittags", "night": "nachts"}
    ),
    "between": any_of(", und & + /"),
    "joints": any_of("und oder & +"),
    "range": any_of("- – bis"),
    "leads_on": any_of(
        "und um am jeden jede jedes täglich bis für ab im morgen heute in alle erinnere wöchentlich"
        " monatlich uhr"
    ),
    "adverb": by_word(
        {(1, "hour"): "stündlich stündl", (1, "day"): "täglich tägl tgl"}
        | {(1, "week"): "wöchentlich wöchentl", (1, "month"): "monatlich monatl mtl"}
        | {(1, "year"): "jährlich alljährlich jährl"}
        | {(2, "day"): "zweitägig", (2, "week"): "vierzehntägig vierzehntäglich zweiwöchentlich"}
        | {(2, "month"): "zweimonatlich", (3, "month"): "vierteljährlich quartalsweise"}
        | {(6, "month"): "halbjährlich"}
    ),
    "times": counted(
        "einmal zweimal dreimal viermal fünfmal sechsmal siebenmal achtmal neunmal zehnmal"
    ),
    "priorities": by_word(
        {"urgent": "dringend", "high": "hoch wichtig", "normal": "normal mittel"}
        | {"low": "niedrig gering unwichtig"}
    ),
    "me": any_of("ich mich mir"),
}
TO = ("an", "daran")  # what an opening leaves behind: erinnere mich morgen an den Termin
