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
    {"minute": "minute", "hour": "hour", "day": "day", "week": "week", "month": "month"}
    | {"year": "year"}
)
UNITS = by_word(
    {"minute": "minutes minute mins min", "hour": "hours hour hrs hr h", "day": "days day"}
    | {"week": "weeks week wks", "month": "months month", "year": "years year"}
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
    "weekday_plural": {f"{name}s": n for name, n in FULL.items()},
    "month": MONTHS | {name[:3]: n for name, n in MONTHS.items()} | {"sept": 9},
    "unit": UNIT,
    "units": UNITS,
    "half": {"am": 0, "pm": 12},
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
