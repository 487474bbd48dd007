"""What databases, disks, clocks and schedulers do to those who stand on them."""

import resource
import signal
import threading
import time
from contextlib import suppress
from typing import Any

import pymysql

from drill.events import Event, Scene, pause
from drill.world import PROCESSES, USER, World, children_of, is_stopped, send_signal, wait_until
from reminder_app.delivery.claims import LEASE
from tests.servers.process import tail

AN_HOUR = 3600
ANSWERED_WITHIN = 3
DRAINED_WITHIN = 10
HEAVY = 2000
HELD = "SELECT id FROM deliveries WHERE state = 'handing_over' AND worker = %s ORDER BY id"
HOLDER = "SELECT worker FROM deliveries WHERE state = 'handing_over' LIMIT 1"
DEADLOCKS = "SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'"
TOUCH = "UPDATE deliveries SET reply_to = reply_to WHERE id = %s"
SLOW_STOP = "a worker that was told to stop took {:.1f} s"
BAD_STOP = "a worker that was told to stop ended with {}: {}"
NO_ROOM = resource.RLIM_INFINITY


def read_only(scene: Scene) -> int:
    """As a primary is while its replica takes over."""
    scene.world.ask("SET GLOBAL read_only = 1")
    try:
        pause(scene, 1, 4)
    finally:
        scene.world.ask("SET GLOBAL read_only = 0")
    return 0


def connections_killed(scene: Scene) -> int:
    for _ in range(scene.world.random.randint(1, 3)):
        found = scene.world.ask(
            "SELECT id FROM information_schema.processlist WHERE user = %s", USER
        )
        for (number,) in found:
            with suppress(pymysql.err.Error):  # gone by itself
                scene.world.ask(f"KILL {int(number)}")
        pause(scene, 0.1, 0.6)
    return 0


def answers_to_commit_lost(scene: Scene) -> int:
    link, times = scene.world.link, scene.world.random.randint(1, 5)
    wanted = link.commits_cut + times
    link.lose_answers_to_commit(times)
    wait_until(lambda: link.commits_cut >= wanted, 4)
    link.lose_answers_to_commit(0)
    scene.made["answers to COMMIT lost"] += link.commits_cut - (wanted - times)
    return 0


def link_down(scene: Scene) -> int:
    scene.world.link.go_down()
    try:
        pause(scene, 0.5, 3)
    finally:
        scene.world.link.come_back()
    return 0


def deadlock(scene: Scene) -> int:
    """Holds what a worker wants while it wants what the worker holds, and is too heavy to be the victim."""
    had, until = deadlocks(scene.world), time.monotonic() + 4
    while time.monotonic() < until:
        if found := scene.world.ask(HOLDER):
            cross(scene.world, found[0][0])
        time.sleep(0.02)
    scene.made["deadlocks"] += deadlocks(scene.world) - had
    return 0


def deadlocks(world: World) -> int:
    return int(world.ask(DEADLOCKS)[0][1])


def cross(world: World, worker: str) -> None:
    ids = [found for (found,) in world.ask(HELD, worker)]
    if len(ids) < 2:
        return
    with world.database.connect("app") as connection, connection.cursor() as cursor:
        with suppress(pymysql.err.Error):  # or we were the victim
            cross_on(cursor, ids[0], ids[-1])
        connection.rollback()


def cross_on(cursor: Any, first: bytes, last: bytes) -> None:
    cursor.execute("CREATE TABLE IF NOT EXISTS drill_weight (n INT PRIMARY KEY)")
    cursor.execute("BEGIN")
    numbers = ",".join(f"({n})" for n in range(HEAVY))
    cursor.execute(f"INSERT INTO drill_weight VALUES {numbers}")  # noqa: S608 - numbers of ours
    cursor.execute(TOUCH, [last])
    time.sleep(0.6)  # meanwhile the worker writes down the first, and comes to the last
    cursor.execute(TOUCH, [first])


def clock_steps(scene: Scene) -> int:
    """The database's clock, an hour ahead for a while and back again.

    Every lease has run out then: what the living have in hand is in doubt until they say how it went.
    """
    began = time.time()
    scene.world.link.clock_ahead = AN_HOUR
    try:
        pause(scene, 1, 3)
    finally:
        scene.world.link.clock_ahead = 0
    scene.passing.append((began, time.time() + ANSWERED_WITHIN))
    return 0


def disk_full(scene: Scene) -> int:
    """No file of one worker process may grow; its journal least of all."""
    children = scene.world.children()
    if not children:
        return 0
    child = scene.world.random.choice(children)
    with suppress(ProcessLookupError):
        limit_files(child, 1)
        pause(scene, 1, 3)
        limit_files(child, NO_ROOM)
    return 0


def limit_files(pid: int, size: int) -> None:
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


def stopped(scene: Scene) -> int:
    """One process stands still past its lease and goes on, while everything else goes on too.

    All that it holds is in doubt when the lease has run out, until it or its journal says how it went.
    """
    children = scene.world.children()
    if not children:
        return 0
    child = scene.world.random.choice(children)
    seconds = LEASE.total_seconds() + scene.world.random.uniform(1, 4)
    send_signal(child, signal.SIGSTOP)

    def go_on() -> None:
        time.sleep(seconds)
        send_signal(child, signal.SIGCONT)

    threading.Thread(target=go_on, daemon=True).start()
    scene.passing.append((time.time(), time.time() + seconds + ANSWERED_WITHIN))
    return 0


def deploy(scene: Scene) -> int:
    """The new worker comes, the old one is told to go; both are there for a while."""
    world = scene.world
    old, new = world.workers[0], world.start_worker()
    for worker in (old, new):  # who was started a moment ago cannot be told yet
        wait_until(lambda: len(children_of(worker.pid)) == PROCESSES, 30)  # noqa: B023
    pause(scene, 0, 1)
    # Who stands still cannot finish what it does.
    is_sound = not any(map(is_stopped, children_of(old.pid)))
    began = time.monotonic()
    send_signal(old.pid, signal.SIGTERM)
    code, took = old.process.wait(30 * world.patience), time.monotonic() - began  # type: ignore[union-attr]
    world.workers.remove(old)
    world.retired.append(old)
    if took > DRAINED_WITHIN * world.patience:
        scene.notes.append(SLOW_STOP.format(took))
    if code and is_sound:
        scene.notes.append(BAD_STOP.format(code, tail(old.log, 8)))
    return 0


MACHINE_FAULTS = [
    Event("database read-only", False, read_only),
    Event("database connections killed", False, connections_killed),
    Event("answer to COMMIT lost", False, answers_to_commit_lost),
    Event("database link cut", False, link_down),
    Event("deadlock", False, deadlock),
    Event("clock steps by an hour", False, clock_steps),
    Event("disk full", False, disk_full),
    Event("stopped past its lease", False, stopped),
    Event("deploy", False, deploy),
]
