"""`bin/up` inside its environment: what is checked before anything starts."""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

import choices
import embedded
import surroundings
from bootstrap import ROOT
from instance import Instance, Run
from reminder_app.config import ConfigError, load
from running import Running
from supervisor import Supervisor
from terminal import Progress, Refused


def main(options: argparse.Namespace) -> int:
    progress = Progress(sys.stdout)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return start(options, progress)
    except (Refused, ConfigError) as refused:
        sys.stderr.write(f"{refused}\n")
    except PermissionError as error:
        sys.stderr.write(f"No permission to write {error.filename}.\n")
    except KeyboardInterrupt:
        return 130
    return 2


def start(options: argparse.Namespace, progress: Progress) -> int:
    environ = surroundings.with_tools(surroundings.given(os.environ))
    instance = Instance(Path(environ["INSTANCE_PATH"]))
    instance.prepare()
    if options.demo_clear:
        return flask("demo", "clear")
    if options.demo and instance.is_running():
        progress.say(f"Reminder App is up already:  {instance.last_run().settings['PUBLIC_URL']}")
        return flask("demo", "load")
    lock = instance.lock()
    settings = load(environ)
    run = Run(os.getpid(), choices.made(settings, environ, instance.last_run()))
    check_port(run.settings["BIND"], settings.port)
    instance.remember(run)
    supervisor = supervising(progress, instance, run, lock, options.verbose)
    environ |= run.settings
    Running(progress, settings, instance, environ, supervisor).until_stopped(options.demo)
    return 0


def supervising(
    progress: Progress, instance: Instance, run: Run, lock: int, is_verbose: bool
) -> Supervisor:
    """up.json follows each start of a part; the lock lives as long as the watchdog that ends the parts."""

    def remember() -> None:
        run.parts = {part.name: part.pid for part in supervisor.parts}
        instance.remember(run)

    supervisor = Supervisor(progress.say, remember, held=(lock,), is_verbose=is_verbose)
    return supervisor


def flask(*arguments: str) -> int:
    return subprocess.run([ROOT / "bin" / "flask", *arguments], check=False).returncode


def check_port(host: str, port: int) -> None:
    try:
        if embedded.is_free(host, port):
            return
    except PermissionError:
        raise Refused(f"Port {port} is for root alone. Choose another: PORT=8000 bin/up") from None
    raise Refused(
        f"Port {port} is taken by another program. Choose another: PORT={port + 1} bin/up"
    )
