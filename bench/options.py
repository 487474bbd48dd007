"""What `bin/bench` is asked for."""

import argparse
from pathlib import Path

DESCRIPTION = """\
Measures the product, each time against a limit or a peer in the same run. bench/README.md tells how to
read the figures. As root it installs what is missing (MariaDB, Redis); Postfix's smtp-sink and the peers
are fetched into .cache/bench.
"""
LETTER = "a mail of about 2 kB, or the product's own of about 10 (default: small)"


def read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    delivery = what.add_parser("delivery", help="mails a second, against four others")
    tick = what.add_parser("tick", help="one planning tick, by the size of the table")
    tick.add_argument(
        "--sizes", type=sizes, default=[1_000, 1_000_000, 10_000_000], metavar="N,N,…"
    )
    tick.add_argument("--ticks", type=positive, default=300, help="with nothing due, of each size")
    lateness = what.add_parser("lateness", help="how late, for a burst and at a steady rate")
    lateness.add_argument("--bursts", type=sizes, default=[1_000, 20_000], metavar="N,N,…")
    lateness.add_argument("--rate", type=positive, default=50, help="reminders a second")
    lateness.add_argument("--seconds", type=count, default=60, help="of the rate; 0: without")
    lateness.add_argument(
        "--crowd",
        type=count,
        default=100_000,
        metavar="N",
        help="one workspace's, in the second of another's single one; 0: without",
    )
    memory = what.add_parser("memory", help="worker memory, early and late")
    memory.add_argument("--deliveries", type=positive, default=1_000_000, metavar="N")
    memory.add_argument("--early", type=positive, default=10_000, metavar="N")
    machines = what.add_parser("machines", help="one worker, and two with a journal each")
    footprint = what.add_parser("footprint", help="bytes, commits and flushes for each mail")
    monitor = what.add_parser("monitor", help="what it costs a request to watch the database")
    monitor.add_argument("--requests", type=positive, default=300, metavar="N", help="of each page")
    audit = what.add_parser("audit", help="what it costs a change to be written down")
    audit.add_argument("--requests", type=positive, default=200, metavar="N", help="of each kind")
    partitions = what.add_parser("partitions", help="a month with a million rows, dropped")
    partitions.add_argument("--rows", type=positive, default=1_000_000, metavar="N")
    partitions.add_argument("--database", choices=["mariadb", "mysql"], default="mariadb")
    cache = what.add_parser("cache", help="queries with the cache, without, and with dogpile.cache")
    cache.add_argument(
        "--rows", type=positive, default=100_000, metavar="N", help="of the aggregate"
    )
    cache.add_argument("--calls", type=positive, default=300, metavar="N", help="of each query")
    cache.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    contacts = what.add_parser("import", help="contacts from a file, against a bare executemany")
    contacts.add_argument("--rows", type=positive, default=100_000, metavar="N")
    contacts.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    for each in (delivery, machines, footprint):
        each.add_argument("--messages", type=positive, default=20_000, metavar="N")
        each.add_argument("--letter", choices=["small", "product"], default="small", help=LETTER)
    for each in (delivery, machines):
        each.add_argument("--rounds", type=positive, default=3)
    for each in (delivery, tick, lateness, memory, machines, footprint, monitor, audit, partitions):
        each.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args(arguments)


def positive(text: str) -> int:
    number = count(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def count(text: str) -> int:
    number = int(text.replace("_", ""))
    if number < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number


def sizes(text: str) -> list[int]:
    return [positive(part) for part in text.split(",") if part]
