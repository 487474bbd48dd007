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
    | {"week": "woche wochen", "month": "monat monate monaten", "year": "jahr jahre jahren"}
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
    "weekday_plural": {f"{name}s": n for name, n in FULL.items()},
    "month": MONTHS
    | {name[:3]: n for name, n in MONTHS.items()}
    | {"jänner": 1, "feber": 2, "mrz": 3, "sept": 9},
    "unit": UNIT,
    "units": UNITS,
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
        {(1, "hour"): "stündlich", (1, "day"): "täglich", (1, "week"): "wöchentlich"}
        | {(1, "month"): "monatlich", (1, "year"): "jährlich alljährlich"}
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
