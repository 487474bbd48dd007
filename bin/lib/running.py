"""The life of a run: base parts, database, work, the first account, and then until somebody says stop."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import choices
import procfile
import web_answer
import welcome
from accounts import Account, new_account
from bootstrap import PYTHON, ROOT
from instance import Instance
from reminder_app.config import Settings
from supervisor import Failed, Supervisor
from surroundings import Environ
from terminal import Progress, Refused

WEB_ANSWERS_WITHIN = 60.0  # seconds; a small machine under load
WORK_BEGINS_WITHIN = 30.0
PREPARE = [str(PYTHON), str(ROOT / "bin" / "lib" / "prepare.py")]
FLASK = [str(PYTHON), "-m", "flask"]


@dataclass
class Running:
    progress: Progress
    settings: Settings
    instance: Instance
    environ: Environ
    supervisor: Supervisor
    began: float = field(default_factory=time.monotonic)

    def until_stopped(self, with_demo: bool) -> None:
        try:
            self.bring_up(with_demo)
            self.supervisor.run_until(lambda: False)
        finally:
            self.progress.say("Stopping ...")
            stopping = time.monotonic()
            self.supervisor.stop()
            self.progress.say(f"Stopped ({time.monotonic() - stopping:.1f} s).")

    def bring_up(self, with_demo: bool) -> None:
        for part in choices.embedded_parts(self.settings, self.instance.folder, self.environ):
            self.supervisor.add(part)
        self.progress.say("Preparing the database ...")
        first = self.carry_out(PREPARE, "The database could not be prepared")
        web, *work = procfile.parts(self.instance.folder, self.environ)
        self.progress.say("Starting the pages ...")
        self.supervisor.add(web)
        self.wait_for(web_answer.is_live, WEB_ANSWERS_WITHIN, "The pages do not answer yet")
        account = Account(first) if first else self.first_account()
        demo = self.fill_in_demo() if with_demo else []
        self.greet(account, demo)
        # Only now: on a small machine all three at once would keep the pages waiting.
        for part in work:
            self.supervisor.add(part)
        if self.wait_for(web_answer.is_ready, WORK_BEGINS_WITHIN, "Reminders cannot go out yet"):
            self.progress.say("Worker and beat are at work: reminders go out.")

    def carry_out(self, command: list[str], failure: str, text: str = "") -> str:
        log = self.instance.folder / "log" / "start.log"
        try:
            return self.supervisor.carry_out(command, self.environ, log, text)
        except Failed as failed:
            words = str(failed).rstrip(".")
            raise Refused(f"{failure}: {words}. Its log: {log}") from None

    def wait_for(self, is_done: Callable[[str, int], bool], seconds: float, otherwise: str) -> bool:
        host = self.environ["BIND"].replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        done = self.supervisor.run_until(lambda: is_done(host, self.settings.port), seconds)
        if not done and not self.supervisor.is_asked_to_stop:
            self.progress.say(f"{otherwise}: see the logs in {self.instance.folder / 'log'}")
        return done

    def first_account(self) -> Account | None:
        """Whoever starts it owns it: the first account may also see the operator's pages."""
        if not self.settings.is_development:
            return None
        account = new_account()
        commands = [*FLASK, "accounts"]
        failure = "The first account could not be made"
        made = [*commands, "create-user", account.email, "--password-stdin"]
        self.carry_out(made, failure, account.password + "\n")
        self.carry_out([*commands, "make-superuser", account.email], failure)
        return account

    def fill_in_demo(self) -> list[str]:
        """Without it the product is still worth starting."""
        self.progress.say("Filling in the demo data ...")
        try:
            said = self.carry_out([*FLASK, "demo", "load"], "The demo data could not be loaded")
        except Refused as refused:
            said = str(refused)
        return said.splitlines()

    def greet(self, account: Account | None, demo: list[str]) -> None:
        if self.supervisor.is_asked_to_stop:
            return
        took = time.monotonic() - self.began
        self.progress.say(f"\nReminder App is up ({took:.1f} s):  {self.settings.public_url}\n")
        for name, text in welcome.rows(self.settings, account, demo, self.instance.folder):
            self.progress.say(f"  {name:<13} {text}".rstrip())
        self.progress.say("\nCtrl-C stops it.")
