"""An SMTP server that keeps everything and misbehaves on demand. Run as a program by smtp.SmtpSink.

Faster than aiosmtpd (thousands of mails a second), and a message is in `accepted.jsonl` before its
250 leaves: what the log holds is exactly what a sender may believe to be delivered, or doubt.
"""

import argparse
import asyncio
import base64
import itertools
import json
import os
import re
import ssl
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LONGEST_LINE = 1024 * 1024
KEPT_HEADERS = {
    name: re.compile(rb"^%s:\s*(\S+)" % header, re.IGNORECASE | re.MULTILINE)
    for name, header in {
        "message_id": b"message-id",
        "delivery": b"x-delivery-id",
        "key": b"x-delivery-key",
    }.items()
}


class Dropped(Exception):
    """The connection is to be closed without another word."""


@dataclass
class Rule:
    """What to do at one point of the dialogue: connect, ehlo, mail, rcpt, data, content or end."""

    at: str
    action: str  # refuse | delay | hold (until the rules are told anew) | drop
    code: int = 450
    text: str = "try again later"
    seconds: float = 0.0
    keep: bool = True
    times: int | None = None
    address: str = ""
    after: int = 0  # bytes of the content
    uses: int = 0

    def fits(self, at: str, addresses: list[str]) -> bool:
        if at != self.at or self.times == 0:
            return False
        return not self.address or any(self.address in address for address in addresses)

    def use(self) -> "Rule":
        self.uses += 1
        if self.times is not None:
            self.times -= 1
        return self


@dataclass
class Sink:
    folder: Path
    security: str = "none"
    user: str = ""
    password: str = ""
    tls: ssl.SSLContext | None = None
    keeps_content: bool = True
    rules: list[Rule] = field(default_factory=list)
    connections: int = 0
    told_anew: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.numbers = itertools.count(1)
        self.log = os.open(
            self.folder / "accepted.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600
        )

    def rule(self, at: str, addresses: list[str]) -> Rule | None:
        fitting = (rule.use() for rule in self.rules if rule.fits(at, addresses))
        return next(fitting, None)

    async def wait(self, rule: Rule) -> None:
        if rule.action == "delay":
            await asyncio.sleep(rule.seconds)
        elif rule.action == "hold":
            await self.told_anew.wait()

    def keep(self, sender: str, recipients: list[str], content: bytes, begun: float) -> None:
        at = time.time()
        name = f"{time.time_ns()}-{os.getpid()}-{next(self.numbers)}.eml"
        if self.keeps_content:
            (self.folder / "mails" / name).write_bytes(content)
        entry = {
            "begun": begun,
            "at": at,
            **headers(content.split(b"\r\n\r\n", 1)[0]),
            "from": sender,
            "to": recipients,
            "file": name,
        }
        # One write() outlives kill -9 of this process, whole or not at all.
        os.write(self.log, json.dumps(entry).encode() + b"\n")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await Dialogue(self, reader, writer).run()
        except (Dropped, ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            writer.transport.abort()
        finally:
            writer.close()

    async def control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = json.loads(await reader.readline())
        if "rules" in asked:
            self.rules = [Rule(**rule) for rule in asked["rules"]]
            self.told_anew.set()
            self.told_anew = asyncio.Event()
        uses = [rule.uses for rule in self.rules]
        answer: dict[str, Any] = {"connections": self.connections, "uses": uses}
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()
        writer.close()


class Dialogue:
    """One connection."""

    def __init__(
        self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.sink, self.reader, self.writer = sink, reader, writer
        self.is_secure = sink.security == "tls"
        self.is_signed_in = not sink.user
        self.reset()
        self.verbs = {
            "EHLO": self.ehlo,
            "HELO": self.ehlo,
            "STARTTLS": self.starttls,
            "AUTH": self.auth,
            "MAIL": self.mail,
            "RCPT": self.rcpt,
            "DATA": self.data,
            "RSET": self.rset,
            "NOOP": self.noop,
            "QUIT": self.quit,
        }

    def reset(self) -> None:
        self.sender = ""
        self.recipients: list[str] = []
        self.begun = 0.0

    async def run(self) -> None:
        await self.answer_unless("connect", "220 localhost sink")
        while line := await self.reader.readline():
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            handler = self.verbs.get(verb.upper())
            if handler is None:
                await self.say("500 what?")
            else:
                await handler(rest)

    async def say(self, *lines: str) -> None:
        self.writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await self.writer.drain()

    async def line(self) -> str:
        return (await self.reader.readline()).decode("ascii", "replace").strip()

    async def answer_unless(self, at: str, *lines: str) -> bool:
        """Say the lines, unless a rule refuses, delays or drops here. True: not refused."""
        rule = self.sink.rule(at, self.recipients)
        if rule and rule.action == "drop":
            raise Dropped
        if rule:
            await self.sink.wait(rule)
        if rule and rule.action == "refuse":
            await self.refuse(rule)
            return False
        await self.say(*lines)
        return True

    async def refuse(self, rule: Rule) -> None:
        await self.say(f"{rule.code} {rule.text}")
        if rule.code == 421:  # RFC 5321: the service closes the channel
            raise Dropped

    async def ehlo(self, rest: str) -> None:
        offers = ["SIZE 52428800", "8BITMIME", "SMTPUTF8", "PIPELINING"]
        if self.sink.security == "starttls" and not self.is_secure:
            offers.append("STARTTLS")
        if self.sink.user:
            offers.append("AUTH PLAIN LOGIN")
        names = ["localhost", *offers]
        lines = [f"250-{name}" for name in names[:-1]] + [f"250 {names[-1]}"]
        await self.answer_unless("ehlo", *lines)

    async def starttls(self, rest: str) -> None:
        if self.sink.tls is None or self.is_secure:
            await self.say("503 not offered")
            return
        await self.say("220 go ahead")
        await self.writer.start_tls(self.sink.tls)
        self.is_secure = True

    async def auth(self, rest: str) -> None:
        method, _, first = rest.partition(" ")
        given = await (self.plain(first) if method.upper() == "PLAIN" else self.login(first))
        self.is_signed_in = given == (self.sink.user, self.sink.password)
        await self.say("235 welcome" if self.is_signed_in else "535 5.7.8 wrong name or password")

    async def plain(self, first: str) -> tuple[str, str]:
        if not first:
            await self.say("334 ")
            first = await self.line()
        _, user, password = base64.b64decode(first).decode().split("\0")
        return user, password

    async def login(self, first: str) -> tuple[str, str]:
        if not first:
            await self.say("334 VXNlcm5hbWU6")
            first = await self.line()
        await self.say("334 UGFzc3dvcmQ6")
        second = await self.line()
        return base64.b64decode(first).decode(), base64.b64decode(second).decode()

    async def mail(self, rest: str) -> None:
        if not self.is_signed_in:
            await self.say("530 5.7.0 sign in first")
            return
        self.reset()
        if await self.answer_unless("mail", "250 ok"):
            self.sender = address_in(rest)

    async def rcpt(self, rest: str) -> None:
        self.recipients.append(address_in(rest))
        if not await self.answer_unless("rcpt", "250 ok"):
            self.recipients.pop()

    async def data(self, rest: str) -> None:
        if not self.recipients:
            await self.say("503 no valid recipients")
        elif await self.answer_unless("data", "354 go ahead"):
            await self.finish(await self.content())

    async def content(self) -> bytes:
        rule = self.sink.rule("content", self.recipients)
        if rule:
            await self.reader.readexactly(rule.after)
            raise Dropped
        lines = []
        while (line := await self.reader.readline()) != b".\r\n":
            if not line:
                raise Dropped
            self.begun = self.begun or time.time()
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    async def finish(self, content: bytes) -> None:
        rule = self.sink.rule("end", self.recipients)
        if rule is None or (rule.keep and rule.action != "refuse"):
            self.sink.keep(self.sender, self.recipients, content, self.begun)
        self.reset()
        if rule and rule.action == "drop":
            raise Dropped
        if rule:
            await self.sink.wait(rule)
        if rule and rule.action == "refuse":
            await self.refuse(rule)
        else:
            await self.say("250 2.0.0 kept")

    async def rset(self, rest: str) -> None:
        self.reset()
        await self.say("250 ok")

    async def noop(self, rest: str) -> None:
        await self.say("250 ok")

    async def quit(self, rest: str) -> None:
        await self.say("221 bye")
        raise Dropped


def headers(head: bytes) -> dict[str, str]:
    found = {name: pattern.search(head) for name, pattern in KEPT_HEADERS.items()}
    return {name: one[1].decode("ascii", "replace") if one else "" for name, one in found.items()}


def address_in(rest: str) -> str:
    found = re.search(r"<([^>]*)>", rest)
    return found[1] if found else rest.partition(":")[2].strip()


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--control-port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--security", choices=["none", "starttls", "tls"], default="none")
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--forget-content", action="store_true")
    return parser.parse_args()


async def main() -> None:
    given = read_arguments()
    tls = None
    if given.certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(given.certificate)
    sink = Sink(
        given.folder, given.security, given.user, given.password, tls, not given.forget_content
    )
    wrapped = tls if given.security == "tls" else None
    await asyncio.start_server(sink.control, "127.0.0.1", given.control_port)
    server = await asyncio.start_server(
        sink.serve, "127.0.0.1", given.port, limit=LONGEST_LINE, ssl=wrapped, backlog=1024
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
