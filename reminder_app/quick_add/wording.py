"""What was understood, in the words of a language: on the chips, and as the choices of a question."""

from collections.abc import Callable
from datetime import time
from types import ModuleType

from reminder_app.quick_add.meaning import Here, Meaning
from reminder_app.quick_add.settling import Asked, Live
from reminder_app.recurrence import per_period

Clock = Callable[[time], str]


class Wording:
    def __init__(self, words: ModuleType, here: Here, clock: Clock) -> None:
        self.words, self.here, self.clock = words, here, clock

    def of_part(self, part: Live) -> str:
        """What it means, or the words themselves as long as that is open."""
        if not part.is_clear:
            return part.text
        return self.of(part.first) or part.text

    def of(self, one: Meaning) -> str:
        said = (*self._when(one), *self._end(one), *self._rest(one))
        return ", ".join(text for text in said if text)

    def question(self, asked: Asked) -> str:
        return str(self.words.QUESTIONS[asked.topic].format(asked.text))

    def choice(self, asked: Asked, one: Meaning) -> str:
        if asked.topic == "once_or_every" and one.day:
            return str(self.words.ONCE_ON.format(self.words.day(one.day, self.here.today)))
        return f"{self.of(one)}{about(one)}"

    def _when(self, one: Meaning) -> list[str]:
        day_part = self.words.PARTS.get(one.day_part, "")
        if one.times:
            return [self.words.so_often(*per_period.parts(one.times))]
        if one.rule:
            hours = self._at(tuple(time(hour) for hour in one.rule.hours))
            return [" ".join(filter(None, (self.words.rule(one.rule), day_part, hours)))]
        if one.after:
            return [self.words.after(*one.after)]
        day = self.words.day(one.day, self.here.today) if one.day else ""
        times = (*((one.clock,) if one.clock else ()), *one.clocks)
        if one.day_part and not one.day:
            times = (self.here.moments[one.day_part],)
        return [" ".join(filter(None, (day, day_part))), self._at(times)]

    def _at(self, times: tuple[time, ...]) -> str:
        if not times:
            return ""
        return str(self.words.AT.format(self.words.listed([self.clock(one) for one in times])))

    def _end(self, one: Meaning) -> list[str]:
        words = self.words
        return [
            words.UNTIL.format(words.day(one.until, self.here.today)) if one.until else "",
            words.times(one.count) if one.count else "",
            words.length(*one.length) if one.length else "",
        ]

    def _rest(self, one: Meaning) -> list[str]:
        return [
            *(self.words.notice(minutes) for minutes in one.minutes),
            self.words.PRIORITIES.get(one.priority, ""),
            f"#{one.label}" if one.label else "",
            one.person.name if one.person else "",
            self.words.MONTH_ENDS.get(one.month_end, ""),
        ]


def about(one: Meaning) -> str:
    return f" ({one.person.about})" if one.person and one.person.about else ""
