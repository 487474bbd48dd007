"""The server itself: is it the one we think, does it keep our time and our rules, has it room?"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median

from sqlalchemy import Connection

from reminder_app.database import budget
from reminder_app.database.clock import now
from reminder_app.database.connections import SQL_MODE
from reminder_app.database.health.findings import BAD, GOOD, WARN, Finding, Look, level
from reminder_app.database.maintenance import transactions

ASKED = 3
SLOW_MS, TOO_SLOW_MS = 20, 200
SKEW, TOO_SKEWED = 1.0, 5.0  # seconds: reminders go out by the database's clock
OLDEST = {"mariadb": (10, 6), "mysql": (8, 0, 29)}
SUPPORTED = {"mariadb": (10, 6), "mysql": (8, 4)}  # with fixes, as of 2026
SESSION = "SELECT @@session.time_zone, @@session.sql_mode, @@session.{isolation}"
CONNECTED = "SHOW GLOBAL STATUS LIKE 'Threads_connected'"
CIPHER = "SHOW SESSION STATUS LIKE 'Ssl_cipher'"
LOCAL = ("localhost", "127.0.0.1", "::1", "")
BUSY, FULL = 0.8, 0.95
LOG = "SELECT @@global.log_bin, @@global.binlog_format"
NO_LOG = "The server writes no binary log: a restore goes back to a backup, to no moment after it."
NO_WRITES = "binlog_format is STATEMENT: nothing can be written, as our sessions are READ COMMITTED. Set it to ROW."
NOT_ROWS = "binlog_format is {}: set it to ROW, or a restore to a moment may miss rows and replicas differ."


def latency(look: Look) -> Iterator[Finding]:
    ms = median(answered(look.connection) for _ in range(ASKED))
    says = f"It answers within {ms:.1f} ms."
    yield Finding("latency", level(ms, SLOW_MS, TOO_SLOW_MS), says, round(ms, 2), "ms")


def answered(connection: Connection) -> float:
    began = time.perf_counter()
    connection.exec_driver_sql("SELECT 1").scalar()
    return (time.perf_counter() - began) * 1000


def version(look: Look) -> Iterator[Finding]:
    name, found = look.server.name, look.server.version
    told = f"{name} {look.server.version_text()}"
    if found < OLDEST.get(name, ()):
        says = f"{told} is too old: {OLDEST[name]} is the least that works."
        yield Finding("version", BAD, says, look.server.version_text())
    elif found < SUPPORTED.get(name, ()):
        says = f"{told} gets no more fixes: plan the way to a newer one."
        yield Finding("version", WARN, says, look.server.version_text())
    else:
        yield Finding("version", GOOD, f"{told}.", look.server.version_text())


def clock(look: Look) -> Iterator[Finding]:
    began = now()
    found = str(look.connection.exec_driver_sql(look.server.utc_now).scalar())
    ours = began + (now() - began) / 2
    skew = abs((datetime.fromisoformat(found).replace(tzinfo=UTC) - ours).total_seconds())
    says = f"Its clock and ours differ by {skew:.2f} s."
    if skew >= SKEW:
        says += " Let both machines keep their time by NTP."
    yield Finding("clock", level(skew, SKEW, TOO_SKEWED), says, round(skew, 3), "s")


def session(look: Look) -> Iterator[Finding]:
    """What our connections ask for may be undone by a proxy between us and the server."""
    if not look.server.is_server:
        return
    statement = SESSION.format(isolation=look.server.isolation_variable)
    zone, mode, isolation = look.connection.exec_driver_sql(statement).one()
    wrong = []
    if zone not in ("+00:00", "UTC"):
        wrong.append(f"its time zone is {zone}")
    if missing := set(SQL_MODE.split(",")) - set(str(mode).split(",")):
        wrong.append(f"sql_mode lacks {', '.join(sorted(missing))}")
    if isolation != "READ-COMMITTED":
        wrong.append(f"its isolation is {isolation}")
    says = "Time zone, strictness and isolation are as they have to be."
    if wrong:
        says = (
            f"A connection of ours is not as it was asked to be: {'; '.join(wrong)}. Does a proxy "
        )
        says += "change or share sessions?"
    yield Finding("session", BAD if wrong else GOOD, says)


def tls(look: Look) -> Iterator[Finding]:
    if lacks := look.server.lacks.get("tls"):
        yield Finding("tls", GOOD, lacks)
        return
    cipher = look.connection.exec_driver_sql(CIPHER).one()[1]
    is_local = (look.connection.engine.url.host or "") in LOCAL
    if cipher:
        is_verified = bool(look.settings.ssl_ca) or is_local
        says = f"Encrypted ({cipher})" + (
            ", and the certificate is verified." if is_verified else ""
        )
        if not is_verified:
            says += ", but anybody may pose as the server: set DB_SSL_CA."
        yield Finding("tls", GOOD if is_verified else WARN, says, cipher)
    elif is_local:
        yield Finding("tls", GOOD, "Not encrypted; it does not leave this machine.")
    else:
        says = "The connection is not encrypted: set DB_SSL_CA to the authority of the server."
        yield Finding("tls", BAD if look.settings.is_production else WARN, says)


def connections(look: Look) -> Iterator[Finding]:
    found = budget.of(look.connection, look.settings)
    if found is None:
        return
    connected = int(look.connection.exec_driver_sql(CONNECTED).one()[1])
    share = connected / found.takes
    says = f"{connected} of {found.takes} connections are in use."
    if share >= BUSY:
        says += " Beyond the last one everybody is refused: look who has them under Connections."
    yield Finding("connections", level(share, BUSY, FULL), says, round(share, 3), "of all")
    is_fine = found.fits and found.peak_fits
    yield Finding("pool budget", GOOD if is_fine else WARN, found.said(), found.peak)


def writable(look: Look) -> Iterator[Finding]:
    if not look.server.is_read_only:
        return
    if look.connection.exec_driver_sql(look.server.is_read_only).scalar():
        says = "The server takes no writes: it is a replica, or read_only is set on it."
        yield Finding("writable", BAD, says)
    else:
        yield Finding("writable", GOOD, "It takes writes.")


def long_transactions(look: Look) -> Iterator[Finding]:
    if not look.server.is_server:
        return
    try:
        found = [one for one in transactions.long_ones() if not one.spared]
    except transactions.MayNotLook as error:
        yield Finding("long transactions", WARN, str(error))
        return
    if found:
        says = f"{len(found)} stay open; the oldest: {found[0].told()}."
        yield Finding("long transactions", WARN, says, found[0].seconds, "s")
    else:
        yield Finding("long transactions", GOOD, "None stays open for long.", 0, "s")


def binary_log(look: Look) -> Iterator[Finding]:
    if lacks := look.server.lacks.get("point in time"):
        yield Finding("binary log", GOOD, lacks)
        return
    is_on, form = look.connection.exec_driver_sql(LOG).one()
    if not is_on:
        yield Finding("binary log", WARN, NO_LOG)
    elif form == "STATEMENT":
        yield Finding("binary log", BAD, NO_WRITES, form)
    elif form != "ROW":
        yield Finding("binary log", WARN, NOT_ROWS.format(form), form)
    else:
        yield Finding("binary log", GOOD, "The binary log is on, row by row.", form)
