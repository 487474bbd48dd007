"""For each seeded bug, what has to go wrong so that it shows. A sound product stays sound through all of them."""

import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from signal import SIGCONT, SIGKILL, SIGSTOP
from typing import Any

from drill.events import Event, Scene
from drill.machine_faults import deadlock
from drill.traffic import MARKETING, message
from drill.world import World, pid_of, send_signal, wait_until
from reminder_app.database import new_id
from reminder_app.delivery import recovery
from reminder_app.delivery.batch import HOLD_SECONDS
from reminder_app.errors import AppError

HOLDERS = (
    "SELECT worker, COUNT(*) AS many FROM deliveries WHERE state = 'handing_over'"
    " GROUP BY worker ORDER BY many DESC"
)
RUN_OUT = (
    "UPDATE deliveries SET lease_until = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR"
    " WHERE state = 'handing_over' AND worker = %s"
)
HELD_BY = "SELECT id FROM deliveries WHERE worker = %s AND state = %s"
COUNT = 60
SLOWLY = 0.1  # seconds a mail
AT_WORK_WITHIN = 120  # seconds from the start of Python, on any machine


@dataclass(frozen=True)
class Plot:
    """`show` gives how many connections it hit; `finding`: what the drill then says, of COUNTED."""

    bug: str
    show: Callable[[Scene], int]
    finding: str
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def event(self) -> Event:
        return Event(self.bug, False, self.show)


def planned_twice(scene: Scene) -> int:
    """A planner that never heard its COMMIT's answer plans once more."""
    messages = [message(MARKETING, f"twice:{n}") for n in range(COUNT)]
    for _ in range(2):
        scene.traffic.plan(messages)
    return 0


def woken(scene: Scene) -> int:
    """One process stands still, an operator has its doubts sent by another, and then it goes on."""
    slowly(scene.world)
    scene.traffic.plan([message(MARKETING, f"woken:{n}") for n in range(COUNT)])
    worker = holder(scene.world)
    pid = pid_of(worker)
    send_signal(pid, SIGSTOP)
    scene.world.pace()
    scene.world.ask(RUN_OUT, worker)
    wait_until(lambda: not scene.world.ask(HELD_BY, worker, "handing_over"), AT_WORK_WITHIN)
    arrived = {entry["delivery"] for entry in scene.world.mail.accepted()}
    ids = [uuid.UUID(bytes=one) for (one,) in scene.world.ask(HELD_BY, worker, "unknown")]
    scene.explained |= set(ids)  # doubts of the stop's own making
    with scene.world.app.app_context():
        for one in ids:
            if str(one) not in arrived:
                with suppress(AppError):
                    recovery.resolve(one, "resend")
    wait_until(lambda: scene.world.mail.count >= COUNT, 15)
    time.sleep(HOLD_SECONDS)  # no lease is shorter
    send_signal(pid, SIGCONT)
    until_shown(scene, lambda: scene.world.mail.count > COUNT, 4)
    return 1


def cut_off(scene: Scene) -> int:
    """The server has the mail, and hangs up; the policy comes by soon after."""
    hit = misbehaves(scene, "cut", 3, at="end", action="drop", keep=True)
    until_shown(scene, lambda: scene.world.mail.count > COUNT, 7)
    return hit


def killed_at_work(scene: Scene) -> int:
    slowly(scene.world)
    scene.traffic.plan([message(MARKETING, f"killed:{n}") for n in range(COUNT)])
    wait_until(lambda: scene.world.mail.count > 2, AT_WORK_WITHIN)
    children = scene.world.children()
    for child in children:
        send_signal(child, SIGKILL)
    scene.watcher.killed(*children)
    scene.world.pace()
    return len(children)


def stopped_campaign(scene: Scene) -> int:
    """Called off while a worker has dozens of it in hand, and a slow server to give them to."""
    slowly(scene.world, 2 * SLOWLY)
    source = new_id()
    keys = [f"stopped:{n}" for n in range(COUNT)]
    scene.traffic.plan([message(MARKETING, key, source_id=source) for key in keys])
    wait_until(lambda: scene.world.mail.count > 1, AT_WORK_WITHIN)
    scene.traffic.call_off(source, {f"{MARKETING}:{key}" for key in keys})
    wait_until(lambda: not scene.world.states().get("handing_over"), AT_WORK_WITHIN)
    return 0


def tomorrow(scene: Scene) -> int:
    scene.traffic.plan_later(COUNT)
    until_shown(scene, lambda: scene.world.mail.count > 0, 5)
    return 0


def late_answer(scene: Scene, seconds: float = 4) -> int:
    """One alone: with both processes waiting for an answer, nobody would look for what they hold."""
    misbehaves(scene, "late", 1, at="end", action="hold")
    until_shown(scene, scene.watcher.lasting, seconds)
    scene.world.pace()
    return 0


def very_late_answer(scene: Scene) -> int:
    """Longer than a lease, and than what is granted after it."""
    return late_answer(scene, 9)


def deadlocked(scene: Scene) -> int:
    for number in range(3):
        slowly(scene.world, 0.02)
        scene.traffic.plan([message(MARKETING, f"dead:{number}:{n}") for n in range(COUNT)])
        holder(scene.world)
        deadlock(scene)
        if scene.made["deadlocks"]:
            return 0
    scene.notes.append("no deadlock came about")
    return 0


def misbehaves(scene: Scene, name: str, times: int, **rule: Any) -> int:
    """From the first mail on, until it has done so as often; gives how often it was."""
    scene.world.pace(**rule, times=times)
    scene.traffic.plan([message(MARKETING, f"{name}:{n}") for n in range(COUNT)])
    wait_until(lambda: scene.world.mail.uses()[0] == times, AT_WORK_WITHIN)
    return scene.world.mail.uses()[0]


def until_shown(scene: Scene, is_so: Callable[[], Any], seconds: float) -> None:
    """Where there is a bug, however slow the machine; where there is none, as long as it usually takes."""
    has_bug = bool(scene.world.environ.get("DRILL_BUG"))
    wait_until(lambda: bool(is_so()), AT_WORK_WITHIN if has_bug else seconds)


def slowly(world: World, seconds: float = SLOWLY) -> None:
    world.pace(at="end", action="delay", seconds=seconds)


def holder(world: World) -> str:
    """Who has most in hand."""
    wait_until(lambda: any(many > 3 for _, many in world.ask(HOLDERS)), AT_WORK_WITHIN, 0.01)
    return str(world.ask(HOLDERS)[0][0])


HURRIED = {"DRILL_HURRIED": "1"}
PLOTS = [
    Plot("no unique key", planned_twice, "doubled"),
    Plot("no fence", woken, "doubled"),
    Plot("doubt retried", cut_off, "doubled", {"UNKNOWN_RESEND_AFTER": "1"}),
    Plot("marked before sent", killed_at_work, "lost"),
    Plot("checkpoint at fetch", killed_at_work, "lost"),
    Plot("no consent check", stopped_campaign, "unexpected"),
    Plot("naive local time", tomorrow, "unexpected", {"TZ": "Asia/Kathmandu"}),
    Plot("short time-out after the dot", late_answer, "in_doubt"),
    Plot("deadlock swallowed", deadlocked, "in_doubt", HURRIED),
    Plot("lease not renewed", very_late_answer, "in_doubt", HURRIED),
]
