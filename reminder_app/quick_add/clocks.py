"""Times of day as people say them. Each function gives what the words can mean, or None."""

from datetime import time

from reminder_app.quick_add.meaning import Here, Meaning, Reading, asked, clear

OPEN_HOURS = range(1, 9)  # said without more, 1 to 8 can be of either half; 9 to 12 are of the day
NOON = 12
QUARTER = 15


def at(_here: Here, hour: int, minute: int = 0) -> Reading | None:
    """Of the clock with 24 hours."""
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return clear(clock=time(hour, minute)) if hour < 24 else midnight(_here)


def said(_here: Here, hour: int, minute: int = 0) -> Reading | None:
    """7, half past 7: of the morning or the evening."""
    found = at(_here, hour, minute)
    if found is None or hour not in OPEN_HOURS:
        return found
    return Reading(
        (Meaning(clock=time(hour, minute)), Meaning(clock=time(hour + 12, minute))), "half"
    )


def written(here: Here, parts: tuple[int, int, bool]) -> Reading | None:
    """7:30; on a clock of twelve hours it can be of either half, 07:30 cannot."""
    hour, minute, has_zero = parts
    return (
        said(here, hour, minute) if here.has_half_days and not has_zero else at(here, hour, minute)
    )


def on_24(here: Here, parts: tuple[int, int, bool]) -> Reading | None:
    return at(here, *parts[:2])


def perhaps_said(here: Here, hour: int) -> Reading | None:
    """at 10 Downing Street"""
    found = said(here, hour)
    return asked("perhaps_time", *found.options) if found else None


def in_half(here: Here, hour: int, half: int, minute: int = 0) -> Reading | None:
    """9 am: half 0, 9 pm: half 12."""
    return at(here, hour % 12 + half, minute) if 1 <= hour <= 12 else None


def hour_minute_in_half(here: Here, parts: tuple[int, int, bool], half: int) -> Reading | None:
    return in_half(here, parts[0], half, parts[1])


def minutes_past(here: Here, minutes: int, hour: int) -> Reading | None:
    """quarter past 9; before the full hour where minutes is negative."""
    if not 1 <= hour <= 24 or not -59 <= minutes <= 59:
        return None
    whole = hour if minutes >= 0 else hour - 1 or NOON
    return said(here, whole, minutes % 60)


def minutes_to(here: Here, minutes: int, hour: int) -> Reading | None:
    return minutes_past(here, -minutes, hour) if minutes else None


def minutes_to_or_between(here: Here, minutes: int, hour: int) -> Reading | None:
    """10 to 9, which can be from 10 to 9 as well."""
    found = minutes_to(here, minutes, hour)
    ends = [said(here, one) for one in (minutes, hour) if one <= NOON]
    if found is None or len(ends) < 2:
        return found
    return asked("range", *found.options, *(one for end in ends if end for one in end.options))


def end_of_day(_here: Here) -> Reading:
    """EOD: when people leave, which is not said."""
    return asked("perhaps_time", *(Meaning(clock=time(hour)) for hour in (17, 18)))


def past_half(here: Here, minutes: int, hour: int) -> Reading | None:
    """halb zehn is 9:30; 5 nach halb zehn is 9:35."""
    return minutes_past(here, minutes - 30, hour) if abs(minutes) < 30 else None


def to_half(here: Here, minutes: int, hour: int) -> Reading | None:
    return past_half(here, -minutes, hour)


def noon(here: Here) -> Reading | None:
    return at(here, NOON)


def midnight(_here: Here) -> Reading:
    """Of two: a day begins with one and ends with one."""
    return clear(clock=time(0), is_midnight=True)


def part(_here: Here, name: str) -> Reading:
    """in the morning: at the person's moment, unless a time is said as well."""
    return clear(day_part=name)


def in_part(_here: Here, clock: Reading, name: str) -> Reading | None:
    """7 in the evening; 15:00 in the morning is none."""
    times = [one.clock for one in clock.options if one.clock]
    fitting = [one for one in (moved(time, name) for time in times) if one]
    return clear(clock=fitting[0]) if fitting else None


def in_part_of(here: Here, name: str, clock: Reading) -> Reading | None:
    return in_part(here, clock, name)


def between(_here: Here, first: Reading, last: Reading) -> Reading:
    """from 9 to 11: a reminder comes at one of them."""
    return asked("range", *first.options, *last.options)


def in_night(here: Here, clock: Reading) -> Reading | None:
    return in_part(here, clock, "night")


def said_in_part(here: Here, hour: int, name: str) -> Reading | None:
    """7 in the evening"""
    found = said(here, hour)
    return in_part(here, found, name) if found else None


def said_in_part_of(here: Here, name: str, hour: int) -> Reading | None:
    return said_in_part(here, hour, name)


def said_in_part_today(here: Here, hour: int, name: str) -> Reading | None:
    """at 7 this evening"""
    found = said_in_part(here, hour, name)
    return clear(day=here.today, clock=found.options[0].clock) if found else None


def said_in_part_today_of(here: Here, name: str, hour: int) -> Reading | None:
    return said_in_part_today(here, hour, name)


def moved(clock: time, name: str) -> time | None:
    """The same on the clock of twelve hours, in that part of the day."""
    for hour in (clock.hour, (clock.hour + 12) % 24):
        is_said = clock.hour <= NOON or hour == clock.hour
        if is_said and is_in(time(hour, clock.minute), name):
            return clock.replace(hour=hour)
    return None


def is_in(clock: time, name: str) -> bool:
    first, last = {
        "morning": (0, 11),
        "noon": (11, 14),
        "afternoon": (12, 18),
        "evening": (16, 23),
        "night": (18, 5),
    }[name]
    return first <= clock.hour <= last if first < last else not last < clock.hour < first


def several_hours(here: Here, hours: tuple[int, ...]) -> Reading | None:
    """8, 14 und 20 Uhr"""
    readings = tuple(at(here, hour) for hour in hours)
    return several(here, tuple(one for one in readings if one)) if all(readings) else None


def several(_here: Here, clocks: tuple[Reading, ...]) -> Reading | None:
    """at 8, 12 and 18. Where all of them can be of either half, they are of the same one."""
    if len(clocks) == 1:
        return clocks[0]
    first = [one.options[0].clock for one in clocks]
    times = tuple(sorted({clock for clock in first if clock}))
    if not all(len(one.options) > 1 for one in clocks):
        return clear(clocks=times)
    later = tuple(clock.replace(hour=clock.hour + NOON) for clock in times)
    return Reading((Meaning(clocks=times), Meaning(clocks=later)), "half")
