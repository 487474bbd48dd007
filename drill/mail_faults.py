"""A mail server as they are on bad days."""

import time
from typing import Any

from drill.events import Event, Scene, pause

LONGEST_CONTENT = 9000
USED_UP_WITHIN = 4.0
SLOW = 0.25


def misbehave(scene: Scene, times: int, **rule: Any) -> int:
    """So often, or for a few seconds; gives how often it was."""
    mail = scene.world.mail
    scene.world.pace(**rule, times=times)
    until = time.monotonic() + USED_UP_WITHIN
    while (used := mail.uses()[0]) < times and time.monotonic() < until:
        time.sleep(0.05)
    scene.world.pace()
    return used


def some(scene: Scene) -> int:
    return scene.world.random.randint(1, 4)


def refuses(at: str, code: int, text: str) -> Event:
    def happen(scene: Scene) -> int:
        misbehave(scene, some(scene), at=at, action="refuse", code=code, text=text)
        return 0

    return Event(f"{code} at {at}", False, happen)


def cut_after_the_dot(scene: Scene) -> int:
    """It has the mail, and hangs up instead of saying so."""
    return misbehave(scene, some(scene), at="end", action="drop", keep=True)


def cut_before_the_dot(scene: Scene) -> int:
    """It has all but the end, and drops it."""
    return misbehave(scene, some(scene), at="end", action="drop", keep=False)


def cut_at_a_random_byte(scene: Scene) -> int:
    after = scene.world.random.randrange(LONGEST_CONTENT)
    return misbehave(scene, some(scene), at="content", action="drop", after=after)


def closes_after_data(scene: Scene) -> int:
    """Before it asks for the content: nothing can be in doubt."""
    misbehave(scene, some(scene), at="data", action="drop")
    return 0


def late_answer(scene: Scene) -> int:
    """It has the mail, and says nothing for longer than a batch may be held."""
    seconds = scene.world.random.uniform(3, 7)
    misbehave(scene, some(scene), at="end", action="delay", seconds=seconds)
    time.sleep(seconds)
    return 0


def slow(scene: Scene) -> int:
    scene.world.pace(at="end", action="delay", seconds=SLOW)
    pause(scene, 1.5, 3)
    scene.world.pace()
    return 0


MAIL_FAULTS = [
    refuses("mail", 421, "4.3.2 closing"),
    refuses("end", 421, "4.3.2 closing"),
    refuses("rcpt", 450, "4.2.1 busy"),
    refuses("end", 450, "4.3.0 busy"),
    refuses("rcpt", 550, "5.1.1 nobody of that name"),
    refuses("end", 550, "5.7.1 not wanted"),
    Event("closes after DATA", False, closes_after_data),
    Event("cut before the dot", False, cut_before_the_dot),
    Event("cut after the dot", False, cut_after_the_dot),
    Event("cut at a random byte", False, cut_at_a_random_byte),
    Event("answer after the dot is late", False, late_answer),
    Event("slow", False, slow),
]
