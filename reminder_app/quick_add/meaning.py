"""What words of a text can mean, before anybody has said which of it was meant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from reminder_app.recurrence import rrule
from reminder_app.recurrence.rrule import Rule

MOMENTS = {
    "morning": time(9),
    "noon": time(12),
    "afternoon": time(15),
    "evening": time(18),
    "night": time(22),
}


class Length(NamedTuple):
    """3 weeks. unit: minute, hour, day, week, month or year."""

    number: int
    unit: str

    @property
    def iso(self) -> str:
        """P3W; of what is not shorter than a day."""
        return f"P{self.number}{self.unit[0].upper()}"


class Person(NamedTuple):
    """Somebody who can be reminded. key: whatever the caller knows them by. about: tells two of one name apart."""

    key: str
    name: str
    about: str = ""


@dataclass(frozen=True)
class Meaning:
    """One way to understand a few words. What they say nothing about is None or empty.

    is_weekday: the day was only named as a Monday. clocks: several times of one day. is_midnight: of
    a day that has one at each end. day_part: one of MOMENTS. moves: the day is another one each year.
    without: days of the week that are taken out of the rule. after: so long after it was done. times: on so many of the rule's days, as 3/week. until: the last day of a rule or, without one, the day itself.
    """

    day: date | None = None
    is_weekday: bool = False
    clock: time | None = None
    clocks: tuple[time, ...] = ()
    day_part: str = ""
    is_midnight: bool = False
    moves: bool = False
    rule: Rule | None = None
    without: tuple[int, ...] = ()
    after: Length | None = None
    times: str = ""
    until: date | None = None
    count: int | None = None
    length: Length | None = None
    minutes: tuple[int, ...] = ()
    priority: str = ""
    label: str = ""
    person: Person | None = None
    month_end: str = ""

    @property
    def key(self) -> str:
        """The name of this choice among the others of its question."""
        said = (
            self.day and self.day.isoformat(),
            *(f"{clock:%H:%M}" for clock in (self.clock, *self.clocks) if clock),
            self.day_part,
            self.rule and rrule.write(self.rule),
            self.after and self.after.iso,
            self.times,
            self.until and self.until.isoformat(),
            self.priority,
            self.person and self.person.key,
            self.month_end,
        )
        return " ".join(text for text in said if text)


@dataclass(frozen=True)
class Reading:
    """All that some words can mean. topic: what has to be asked; "" when they are clear."""

    options: tuple[Meaning, ...]
    topic: str = ""


@dataclass(frozen=True)
class Here:
    """Where and when the text was written. now: aware, on the writer's clock."""

    now: datetime
    zone: ZoneInfo
    first_weekday: int = 0
    moments: Mapping[str, time] = field(default_factory=lambda: MOMENTS)
    has_half_days: bool = False  # reads 7:30 as of a clock with am and pm
    repeats_after_done: bool = False  # whoever asks can keep that
    counts_times: bool = False  # likewise: three times a week, on any days

    @property
    def today(self) -> date:
        return self.now.date()


def clear(**facets: object) -> Reading:
    return Reading((Meaning(**facets),))  # type: ignore[arg-type]  # checked by Meaning


def asked(topic: str, *options: Meaning) -> Reading:
    """One option alone is a question as well: that, or none of it."""
    return Reading(tuple(dict.fromkeys(options)), topic)
