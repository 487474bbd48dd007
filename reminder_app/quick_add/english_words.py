"""English: its words."""

from collections.abc import Mapping
from typing import Any

from reminder_app.quick_add.tables import any_of, by_word, counted

FULL = counted("monday tuesday wednesday thursday friday saturday sunday", 0)
SHORT = by_word(
    {0: "mon", 1: "tue tues", 2: "wed", 3: "thu thur thurs", 4: "fri", 5: "sat", 6: "sun"}
)
MONTHS = counted(
    "january february march april may june july august september october november december"
)
UNIT = by_word(
    {"minute": "minute", "hour": "hour hr", "day": "day", "week": "week wk", "month": "month"}
    | {"year": "year yr"}
)
UNITS = by_word(
    {"minute": "minutes minute mins min", "hour": "hours hour hrs hr h", "day": "days day d"}
    | {"week": "weeks week wks wk", "month": "months month mo mos", "year": "years year yrs yr"}
)
PARTS = counted("morning afternoon evening night")
WORDS: Mapping[str, Mapping[str, Any]] = {
    "number_words": counted("one two three four five six seven eight nine ten eleven twelve"),
    "ordinal_words": counted(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
    )
    | {"last": -1},
    "ordinal_endings": any_of("st nd rd th"),
    "weekday": FULL,
    "weekday_any": FULL | SHORT,
    "weekday_short": SHORT,
    "also_words": any_of("sat sun wed mon"),
    "spelt": {name: (True, n) for name, n in FULL.items()}
    | {"today": (False, 0), "tomorrow": (False, 1)},
    "every": any_of("every each"),
    "halves": any_of("am pm"),
    "vague": any_of("for over around round about near before after during since of like"),
    "feast_things": any_of(
        "card cards carol carols dinner lunch breakfast brunch meal cake pudding market party parties"
        " present presents gift gifts shopping sale sales tree tree lights decorations jumper costume"
        " eggs egg hunt bunny holiday holidays break concert show resolution resolutions list movie"
    ),
    "point_dates": any_of(""),
    "numbered": any_of(
        "v version room no chapter chapters page pages p pp § platform gate house suite flat unit"
    ),
    "amounts": any_of("€ $ £ % euro euros eur usd gbp kg g km m l percent"),
    "weekday_plural": {f"{name}s": n for name, n in FULL.items()},
    "month": MONTHS | {name[:3]: n for name, n in MONTHS.items()} | {"sept": 9},
    "unit": UNIT,
    "units": UNITS,
    "short_units": by_word({"minute": "min mins", "hour": "hr hrs", "week": "wk wks"}),
    "hours": any_of("hours hour hrs hr h"),
    "minutes": any_of("minutes minute mins min m"),
    "half_day": {"am": "morning", "pm": "afternoon"},
    "streets": any_of(
        "st street rd road ave avenue lane ln blvd drive dr way court ct place square"
    ),
    "half": {"am": 0, "pm": 12},
    "p": {"p": 12},
    "half_sign": {"a": 0, "p": 12},
    "part": {name: name for name in PARTS},
    "parts": {f"{name}s": name for name in PARTS},
    "between": any_of(", and & + /"),
    "joints": any_of("and or & +"),
    "range": any_of("- – to through till until"),
    "leads_on": any_of(
        "and at on every each daily until till for starting from by tomorrow today in remind weekly"
        " monthly next"
    ),
    "adverb": by_word(
        {(1, "hour"): "hourly", (1, "day"): "daily", (1, "week"): "weekly"}
        | {(1, "month"): "monthly", (1, "year"): "yearly annually"}
        | {(2, "week"): "fortnightly", (3, "month"): "quarterly"}
    ),
    "priorities": by_word(
        {"urgent": "urgent", "high": "high important", "normal": "normal medium", "low": "low"}
    ),
    "me": any_of("me myself"),
}
TO = ("to",)  # what an opening leaves behind: remind me tomorrow to call
