"""An SMTP server that delivers to nobody: each message becomes one .eml file. Development only.

    python -m reminder_app.mailbox.sink --host 127.0.0.1 --port 2525 --folder instance/mailbox

No Flask here, so that it is there within a moment; asyncio sets TCP_NODELAY on each connection.
"""

import argparse
import asyncio
import logging
import secrets
import signal
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

BIGGEST = 40_000_000  # bytes
UNFINISHED = ".part"
log = logging.getLogger("mailbox")


class Keep:
    """Answers 250 only when the file is there under its name."""

    def __init__(self, folder: Path, refused: frozenset[str]) -> None:
        self.folder = folder
        self.refused = refused

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address.lower() in self.refused:
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        try:
            name = keep(self.folder, traced(envelope), datetime.now(UTC))
        except OSError as error:
            log.error("Cannot keep a message: %s", error)
            return "452 4.3.1 Cannot keep it now, try again later"
        return f"250 2.0.0 OK {name}"


def traced(envelope: Envelope) -> bytes:
    """The message as it came, below what only the envelope knew."""
    lines = [f"Return-Path: <{envelope.mail_from or ''}>"]
    lines += [f"Delivered-To: {address}" for address in envelope.rcpt_tos]
    content = envelope.original_content or b""
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape") + content


def keep(folder: Path, message: bytes, arrived: datetime) -> str:
    """Readers see whole messages only, and names sort by arrival."""
    name = f"{arrived:%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}.eml"
    unfinished = folder / f"{name}{UNFINISHED}"
    unfinished.write_bytes(message)
    unfinished.rename(folder / name)
    return name


def sweep(folder: Path) -> None:
    """What a killed sink had half written was never acknowledged: its sender has it still."""
    for path in folder.glob(f"*{UNFINISHED}"):
        path.unlink(missing_ok=True)


async def serve(host: str, port: int, folder: Path, refused: frozenset[str]) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    session = partial(
        SMTP,
        Keep(folder, refused),
        data_size_limit=BIGGEST,
        enable_SMTPUTF8=True,
        hostname="localhost",  # asking the resolver for a name can take seconds
        ident="Reminder App mailbox",
        loop=loop,
    )
    server = await loop.create_server(session, host, port, reuse_address=True)
    log.info("Listening on %s:%s", host, port)
    await ended.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m reminder_app.mailbox.sink")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--refuse", action="append", default=[], metavar="ADDRESS")
    given = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    log.setLevel(logging.INFO)
    given.folder.mkdir(parents=True, exist_ok=True)
    sweep(given.folder)
    refused = frozenset(address.lower() for address in given.refuse)
    asyncio.run(serve(given.host, given.port, given.folder, refused))


if __name__ == "__main__":
    main()
