"""From what the parts can mean to one reminder, and to what has to be asked first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import product

from reminder_app.quick_add import clocks
from reminder_app.quick_add.exceptions import taken_out
from reminder_app.quick_add.meaning import Here, Meaning
from reminder_app.quick_add.scanning import Found
from reminder_app.quick_add.tokens import folded
from reminder_app.recurrence.rrule import Rule
from reminder_app.recurrence.wall_time import to_instant

TITLE = "title"  # the answer that gives the words of a part back to the title
FREQUENCIES_BY_DAY = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


@dataclass
class Live:
    """A part that still stands, and what it can mean by now."""

    found: Found
    text: str
    options: tuple[Meaning, ...]
    topic: str

    @property
    def first(self) -> Meaning:
        return self.options[0] if self.options else Meaning()

    @property
    def is_clear(self) -> bool:
        return len(self.options) == 1 and not self.topic

    def has(self, facet: str) -> bool:
        return any(getattr(one, facet) for one in self.options)


@dataclass(frozen=True)
class Asked:
    """name: stays the same while the words do. text: the words it is about. answer: the key of a choice, or ""."""

    name: str
    topic: str
    text: str
    options: tuple[Meaning, ...]
    is_about_part: bool
    answer: str = ""


class Settling:
    """One text. parts: those that are left; what was given back to the title is no longer among them."""

    def __init__(self, parts: Sequence[Live], here: Here, answers: Mapping[str, str]) -> None:
        self.parts, self.here, self.answers = list(parts), here, answers
        self.questions: list[Asked] = []
        self.answered: list[Asked] = []

    def settle(self) -> None:
        self._take_out_days()
        self._hear_answers()
        if not self.with_("rule"):
            self._ask_about_exceptions()
        self._ask_what_moves()
        self._drop_ends_of_nothing()
        self._count_times_said()
        self._list_hours()
        self._narrow_by_part_of_day()
        self._agree_on_weekday()
        self._choose_one("repeats", "rule", "after")
        self._choose_one("dates", "day")
        self._choose_time()
        self._choose_one("ends", "until", "count", "length")
        self._choose_one("priorities", "priority")
        self._narrow_by_now()
        self._ask_parts()

    def with_(self, *facets: str) -> list[Live]:
        return [one for one in self.parts if any(one.has(facet) for facet in facets)]

    def _take_out_days(self) -> None:
        """every weekday except Friday; before answers are heard, which name the rules that are left"""
        days = {day for part in self.with_("without") for day in part.first.without}
        rules = self.with_("rule") if days else []
        left = [(part, taken_out(part.options, part.topic, days)) for part in rules]
        if not all(options for _, options in left):
            self._ask_about_exceptions()
            return
        for part, options in left:
            part.topic = "" if len(options) == 1 < len(part.options) else part.topic
            part.options = options

    def _ask_about_exceptions(self) -> None:
        for part in self.with_("without"):
            part.options, part.topic = (), "except"
            self._hear_answer(part)

    def _hear_answers(self) -> None:
        for part in list(self.parts):
            self._hear_answer(part)

    def _hear_answer(self, part: Live) -> None:
        answer = self.answers.get(name_of(part), "") if part.topic else ""
        chosen = [one for one in part.options if one.key == answer]
        if not answer or not (chosen or answer == TITLE):
            return
        about = Asked(name_of(part), part.topic, part.text, part.options, True, answer)
        self.answered.append(about)
        if answer == TITLE:
            self.parts.remove(part)
        else:
            part.options, part.topic = (chosen[0],), ""

    def _ask_what_moves(self) -> None:
        """every year at Easter: no rule has that day, so it comes once, and the rule is for the title."""
        yearly = [
            one for one in self.with_("rule") if one.first.rule and one.first.rule.freq == "YEARLY"
        ]
        for part in self.with_("moves") if yearly else ():
            part.topic = "moves"
            self._hear_answer(part)
        if self.with_("moves"):
            self.parts = [one for one in self.parts if one not in yearly]

    def _drop_ends_of_nothing(self) -> None:
        """Without a rule, until Friday is the day itself, and 5 times stays in the title."""
        if self.with_("after"):  # without an end of its own: better in the title than not kept
            for part in self.with_("until", "count", "length"):
                self.parts.remove(part)
            return
        if self.with_("rule"):
            for part in self.with_("until"):
                part.options = tuple(replace(one, day_part="") for one in part.options)
            return
        for part in self.with_("count", "length"):
            self.parts.remove(part)
        for part in self.with_("until"):
            part.options = tuple(replace(one, day=one.until, until=None) for one in part.options)

    def _count_times_said(self) -> None:
        """3 times a day at 8, 14 and 20"""
        times = times_of([part.first for part in self.with_("clocks")])
        for part in self.with_("rule"):
            rule = part.first.rule
            if part.topic == "times_in" and rule and times and len(rule.hours) == len(times):
                part.options, part.topic = (Meaning(rule=replace(rule, hours=())),), ""

    def _list_hours(self) -> None:
        """every hour from 9 to 17"""
        hourly = [one for one in self.with_("rule") if one.is_clear and one.first.rule]
        ranges = [one for one in self.parts if one.topic == "range" and len(one.options) == 2]
        rule = hourly[0].first.rule if len(hourly) == len(ranges) == 1 else None
        if rule is None or rule.freq != "HOURLY":
            return
        first, last = (one.clock or time() for one in ranges[0].options)
        if first < last and first.minute == last.minute:
            hours = tuple(range(first.hour, last.hour + 1, rule.interval))
            hourly[0].options = (Meaning(rule=Rule("DAILY", hours=hours)),)
            ranges[0].options, ranges[0].topic = (Meaning(clock=first),), ""

    def _narrow_by_part_of_day(self) -> None:
        """tonight at 8"""
        parts_of_day = {one.first.day_part for one in self.parts if one.first.day_part}
        if len(parts_of_day) != 1:
            return
        (name,) = parts_of_day
        for part in self.with_("clock"):
            clock = part.first.clock
            if clock is None or part.first.is_midnight or part.first.day_part:
                continue
            fitting = clocks.moved(clock, name)
            if fitting and not part.first.day:
                part.options, part.topic = (Meaning(clock=fitting),), ""
            elif not part.topic:
                usual = Meaning(clock=self.here.moments[name])
                part.options, part.topic = (part.first, usual), "time_of_day"
                self._hear_answer(part)

    def _agree_on_weekday(self) -> None:
        """Monday 16 March is one day, where 16 March is a Monday."""
        dated = [
            one
            for one in self.with_("day")
            if not one.first.is_weekday and one.found.kind != "end"  # Tue until 30 June
        ]
        if len(dated) != 1 or not dated[0].is_clear or dated[0].first.day is None:
            return
        weekday = dated[0].first.day.weekday()
        for part in self.with_("day"):
            if part.first.day and part.first.is_weekday and part.first.day.weekday() == weekday:
                part.options, part.topic = (replace(part.first, day=dated[0].first.day),), ""

    def _choose_one(self, topic: str, *facets: str) -> None:
        """Of several parts that say the same kind of thing, each another."""
        parts = self.with_(*facets)
        said = {
            tuple(getattr(one, facet) for facet in facets) for part in parts for one in part.options
        }
        if len(parts) < 2 or (len(said) == 1 and all(part.is_clear for part in parts)):
            return
        if topic == "repeats" and self._united(parts):
            return
        self._ask_among(topic, parts)

    def _ask_among(self, topic: str, parts: Sequence[Live]) -> None:
        options = tuple(dict.fromkeys(one for part in parts for one in part.options))
        answer = self.answers.get(topic, "")
        if answer not in {one.key for one in options}:
            self.questions.append(Asked(topic, topic, "", options, is_about_part=False))
            for part in parts:
                part.topic = part.topic and topic
            return
        self.answered.append(Asked(topic, topic, "", options, False, answer))
        for part in parts:
            chosen = tuple(one for one in part.options if one.key == answer)
            if chosen:
                part.options, part.topic = chosen[:1], ""
            else:
                self.parts.remove(part)

    def _united(self, parts: Sequence[Live]) -> bool:
        """every Monday and every Thursday"""
        rules = [part.first.rule for part in parts if part.is_clear and part.first.rule]
        shapes = {replace(rule, weekdays=()) for rule in rules}
        is_one = len(rules) == len(parts) and len(shapes) == 1
        if not is_one or rules[0].freq != "WEEKLY" or not all(rule.weekdays for rule in rules):
            return False
        all_days = tuple(sorted({day for rule in rules for day in rule.weekdays}))
        whole = replace(rules[0], weekdays=all_days)
        for part in parts:
            part.options = (replace(part.first, rule=whole),)
        return True

    def _choose_time(self) -> None:
        """A rule by days can say several times of one day, where they share the minute."""
        parts = self.with_("clock", "clocks")
        times = times_of([part.first for part in parts])
        if len(times) < 2 or any(part.topic == "range" for part in parts):
            return
        rules = [part.first.rule for part in self.with_("rule")]
        is_listed = len(parts) == 1 and rules
        is_by_day = is_listed and all(rule and rule.freq in FREQUENCIES_BY_DAY for rule in rules)
        if is_by_day and len({clock.minute for clock in times}) == 1:
            return
        for part in parts:
            split = [Meaning(clock=clock) for one in part.options for clock in times_of([one])]
            part.options = tuple(dict.fromkeys(split)) if part.has("clocks") else part.options
        self._ask_among("times", parts)

    def _narrow_by_now(self) -> None:
        """today at 7 after 7 is 19:00; Monday at 9 on a Monday at 10 is in a week."""
        dated, timed = self.with_("day"), self.with_("clock")
        if len(dated) != 1 or len(timed) != 1 or dated[0] is timed[0]:
            return
        pairs = [
            (day, clock)
            for day, clock in product(dated[0].options, timed[0].options)
            if day.day and clock.clock and self.is_ahead(day.day, clock.clock)
        ]
        for part, left in (
            (dated[0], {day for day, _ in pairs}),
            (timed[0], {clock for _, clock in pairs}),
        ):
            if part.topic in ("half", "weekday") and len(left) == 1:
                part.options, part.topic = tuple(left), ""

    def is_ahead(self, day: date, clock: time) -> bool:
        return to_instant(datetime.combine(day, clock), self.here.zone) > self.here.now

    def _ask_parts(self) -> None:
        """What one part leaves open, unless it is one of several that are asked about together."""
        for part in self.parts:
            is_asked = any(
                one.topic == part.topic for one in self.questions if not one.is_about_part
            )
            if part.topic and not is_asked:
                about = Asked(name_of(part), part.topic, part.text, part.options, True)
                self.questions.append(about)

    def chosen(self, topic: str, options: tuple[Meaning, ...], text: str = "") -> Meaning | None:
        """The answer to a question that is about no part alone; asked, where there is none."""
        answer = self.answers.get(topic, "")
        found = next((one for one in options if one.key == answer), None)
        if found:
            self.answered.append(Asked(topic, topic, text, options, False, answer))
        else:
            self.questions.append(Asked(topic, topic, text, options, is_about_part=False))
        return found


def name_of(part: Live) -> str:
    return f"{part.topic}:{' '.join(folded(part.text).split())}"


def times_of(meanings: Sequence[Meaning]) -> list[time]:
    return sorted({clock for one in meanings for clock in (one.clock, *one.clocks) if clock})
