"""except Friday, but not on holidays: what is taken out of a repetition, or asked about where it is no day of the week."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from reminder_app.quick_add.grammar import Reader
from reminder_app.quick_add.meaning import Meaning, Reading, clear
from reminder_app.quick_add.scanning import Found
from reminder_app.recurrence.rrule import Rule

REPEAT, DATE = "repeat", "date"
TIMELY = (DATE, "time", REPEAT, "end")
STOPS = (",", ";", ".")


def with_exceptions(reader: Reader, found: Sequence[Found]) -> list[Found]:
    """`found` and the exceptions, which take what was read inside of them: "except Friday" is no start on a Friday."""
    has_rule = any(option.rule or option.after for one in found for option in one.reading.options)
    taken = list(exceptions(reader, found, has_rule=has_rule))
    inside = {at for one in taken for at in range(one.first, one.end)}
    left = [one for one in found if one.first not in inside]
    return sorted([*left, *taken], key=lambda one: one.first)


def exceptions(reader: Reader, found: Sequence[Found], *, has_rule: bool) -> Iterator[Found]:
    begun = {one.first: one for one in found}
    covered = {at for one in found for at in range(one.first, one.end)}
    end = 0
    for at, token in enumerate(reader.tokens):
        if at >= end and at not in covered and token.begins:
            one = exception(reader, begun, at, has_rule=has_rule)
            if one:
                end = one.end
                yield one


def exception(
    reader: Reader, begun: Mapping[int, Found], at: int, *, has_rule: bool
) -> Found | None:
    """A sure word, as "except" is, says so of anything; others, as "not", only of days."""
    heads = reader.read("except", at)
    for head, is_sure in heads if has_rule or any(one[1] for one in heads) else ():
        for end, days in reader.read("days_off", head):
            if not is_whole(reader, begun, at, end) or not (is_sure or is_name(reader, head)):
                continue
            if has_rule:
                return Found(REPEAT, at, end, clear(without=days))
            return Found(REPEAT, at, end, Reading((), "except"))
    if not has_rule or not heads:
        return None
    head, is_sure = heads[0]
    following = next((begun[n] for n in range(at + 1, head + 1) if n in begun), None)
    kind = following.kind if following else ""
    if not is_sure and kind != DATE:
        return None
    end = end_of_words(reader, begun, following.end if following and kind in TIMELY else head)
    return Found(REPEAT, at, end, Reading((), "except")) if end > head else None


def is_name(reader: Reader, at: int) -> bool:
    """nicht so lange"""
    is_other = reader.word(at) in reader.grammar.words["also_words"]
    return reader.tokens[at].is_capital or not is_other


def is_whole(reader: Reader, begun: Mapping[int, Found], at: int, end: int) -> bool:
    """Nothing that belongs to the days follows them: Friday 13 March, Sunday and holidays, nicht so lange."""
    if not reader.tokens[end - 1].ends or any(
        begun[n].end > end for n in range(at, end) if n in begun
    ):
        return False
    after = begun.get(end)
    if reader.word(end) in reader.grammar.words["joints"]:
        joined = begun.get(end + 1)
        return joined is not None and joined.kind != DATE
    if after and after.kind == DATE:
        is_month = reader.word(end) in reader.grammar.words["month"]
        return not (reader.tokens[end].is_number or is_month)
    is_followed = end < len(reader.tokens) and reader.tokens[end].is_word and after is None
    return is_name(reader, end - 1) or not is_followed


def end_of_words(reader: Reader, begun: Mapping[int, Found], at: int) -> int:
    """Up to a comma, or to what is no day."""
    while at < len(reader.tokens):
        after = begun.get(at + (reader.word(at) in STOPS))
        if after and after.kind == DATE:
            at = after.end
        elif at in begun or reader.word(at) in STOPS:
            break
        else:
            at += 1
    return at


def taken_out(options: Sequence[Meaning], topic: str, days: Collection[int]) -> tuple[Meaning, ...]:
    """What is left of each rule; empty where that cannot be said of one of them."""
    found: list[Meaning] = []
    for one in options:
        if one.day and one.day.weekday() in days:
            continue
        rule = one.rule and rest_of(one.rule, days)
        if one.times or topic == "times_in" or (one.rule and not rule):
            return ()
        found.append(replace(one, rule=rule))
    return tuple(dict.fromkeys(found))


def rest_of(rule: Rule, days: Collection[int]) -> Rule | None:
    """Every weekday without Friday; None where the rule is not by days of the week, or none is left."""
    if rule.freq == "DAILY" and rule.interval == 1:
        weekdays: Sequence[tuple[int, int]] = [(0, day) for day in range(7)]
    elif rule.freq == "WEEKLY":
        weekdays = rule.weekdays
    else:
        return None
    left = tuple((nth, day) for nth, day in weekdays if day not in days)
    return replace(rule, freq="WEEKLY", weekdays=left) if left else None
