"""German: days with a name of their own."""

from reminder_app.quick_add import days, feasts
from reminder_app.quick_add.grammar import Rules

EVE, NAMED = "new year's eve", feasts.named
NUMBERED: Rules = (
    ("{ordinal} weihnachtstag|weihnachtsfeiertag", feasts.christmas_day),
    ("{ordinal} advent|adventssonntag", feasts.advent),
)
FEASTS: Rules = (
    ("{numbered_feast}", days.same),
    ("neujahr|neujahrstag", NAMED, "new year"),
    ("heilige drei könige", NAMED, "epiphany"),
    ("dreikönigstag", NAMED, "epiphany"),
    ("valentinstag", NAMED, "valentine"),
    ("tag der arbeit", NAMED, "1 may"),
    ("maifeiertag", NAMED, "1 may"),
    ("[tag der] deutschen|deutsche einheit", NAMED, "german unity"),
    ("halloween|reformationstag", NAMED, "halloween"),
    ("allerheiligen", NAMED, "all saints"),
    ("martinstag", NAMED, "st martin"),
    ("sankt martin", NAMED, "st martin"),
    ("nikolaus|nikolaustag", NAMED, "st nicholas"),
    ("heiligabend|weihnachtsabend", NAMED, "christmas eve"),
    ("heilig|heiliger|heiligen abend", NAMED, "christmas eve"),
    ("weihnachten", NAMED, "weihnachten"),
    ("weihnachtstag|weihnachtsfeiertag", NAMED, "feiertag"),
    ("silvester|sylvester", NAMED, EVE),
    ("rosenmontag", NAMED, "rose monday"),
    ("faschingsdienstag|fastnachtsdienstag|veilchendienstag", NAMED, "shrove tuesday"),
    ("aschermittwoch", NAMED, "ash wednesday"),
    ("palmsonntag", NAMED, "palm sunday"),
    ("gründonnerstag", NAMED, "maundy thursday"),
    ("karfreitag", NAMED, "good friday"),
    ("karsamstag|ostersamstag", NAMED, "holy saturday"),
    ("ostern", NAMED, "easter"),
    ("ostersonntag", NAMED, "easter sunday"),
    ("ostermontag", NAMED, "easter monday"),
    ("[christi] himmelfahrt", NAMED, "ascension"),
    ("himmelfahrtstag", NAMED, "ascension"),
    ("pfingsten", NAMED, "whitsun"),
    ("pfingstsonntag", NAMED, "whit sunday"),
    ("pfingstmontag", NAMED, "whit monday"),
    ("mariä himmelfahrt", NAMED, "assumption"),
    ("fronleichnam", NAMED, "corpus christi"),
    ("muttertag", NAMED, "muttertag"),
    ("vatertag", NAMED, "vatertag"),
    ("erntedank|erntedankfest", NAMED, "erntedank"),
    ("thanksgiving", NAMED, "thanksgiving"),
    ("buß - und bettag", NAMED, "repentance"),
    ("black friday", NAMED, "black friday"),
    ("cyber monday", NAMED, "cyber monday"),
)
