"""kill -9 of everything there is, and what is put in its place."""

import os
import signal

from drill.events import Event, Scene, pause
from drill.world import PROCESSES, children_of, is_alive, is_stopped, send_signal, wait_until
from tests.servers import Server

ORPHANS_END_WITHIN = 15
OUTLIVED = "a worker's processes outlived it by {} s"


def worker_process(scene: Scene) -> int:
    """One of those that send; its worker starts another in its place."""
    children = scene.world.children()
    if not children:
        return 0
    child = scene.world.random.choice(children)
    send_signal(child, signal.SIGKILL)
    scene.watcher.killed(child)
    return 1


def worker_main(scene: Scene) -> int:
    """The parent alone: its children are to end by themselves."""
    worker = scene.world.random.choice(scene.world.workers)
    children = children_of(worker.pid)
    send_signal(worker.pid, signal.SIGKILL)
    scene.watcher.killed(*children)
    seconds = ORPHANS_END_WITHIN * scene.world.patience
    gone = wait_until(lambda: not any(map(is_alive, children)), seconds)
    if not gone and not any(map(is_stopped, children)):
        scene.notes.append(OUTLIVED.format(seconds))
    for child in filter(is_alive, children):
        send_signal(child, signal.SIGKILL)
    start_again(scene, worker)
    return len(children)


def worker_group(scene: Scene) -> int:
    """Parent and children at once, as when a container is gone."""
    worker = scene.world.random.choice(scene.world.workers)
    children = children_of(worker.pid)
    worker.kill()
    scene.watcher.killed(*children)
    start_again(scene, worker)
    return len(children)


def beat(scene: Scene) -> int:
    scene.world.beat.kill()
    start_again(scene, scene.world.beat)
    return 0


def broker(scene: Scene) -> int:
    scene.world.broker.kill()
    start_again(scene, scene.world.broker)
    return 0


def database(scene: Scene) -> int:
    scene.world.database.kill()
    start_again(scene, scene.world.database)
    return 0


def mail_server(scene: Scene) -> int:
    connections = len(scene.world.children())
    scene.world.mail.kill()
    start_again(scene, scene.world.mail)
    return connections


def whole_group(scene: Scene) -> int:
    """Everything on the machine at the same moment, and all of it again."""
    world = scene.world
    children = world.children()
    for worker in world.workers:
        if worker.is_running:
            os.killpg(worker.pid, signal.SIGKILL)
    servers: list[Server] = [world.beat, world.mail, world.broker, world.database]
    for server in servers:
        send_signal(server.pid, signal.SIGKILL)
    scene.watcher.killed(*children)
    for server in [*world.workers, *servers]:
        server.kill()
    pause(scene, 0.2, 1.5)
    for server in [world.database, world.broker, world.mail, *world.workers, world.beat]:
        server.start()
    wait_until(lambda: len(world.children()) >= PROCESSES, 30)
    return len(children)


def start_again(scene: Scene, server: Server) -> None:
    pause(scene, 0.1, 1.5)
    server.kill()  # and reap it
    server.start()


KILLS = {
    "worker process": (worker_process, 30),
    "worker's parent": (worker_main, 10),
    "worker, all of it": (worker_group, 12),
    "beat": (beat, 8),
    "broker": (broker, 10),
    "database": (database, 10),
    "mail server": (mail_server, 12),
    "whole group": (whole_group, 8),
}


def deck(count: int) -> list[Event]:
    """So many, each kind about as often as its weight says and at least once where there is room."""
    total = sum(weight for _, weight in KILLS.values())
    events: list[Event] = []
    for name, (happen, weight) in KILLS.items():
        times = max(1, round(count * weight / total))
        events += [Event(f"kill {name}", True, happen)] * times
    first = Event("kill worker process", True, worker_process)
    return (events + [first] * count)[:count] if len(events) < count else shortened(events, count)


def shortened(events: list[Event], count: int) -> list[Event]:
    """Of the kinds there are most of, some less."""
    while len(events) > count:
        names = [event.name for event in events]
        most = max(names, key=names.count)
        events.pop(names.index(most))
    return events
