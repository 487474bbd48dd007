"""MySQL's own tools out of the folder that `bin/test` fills, under the names that a machine has them by."""

from pathlib import Path

from tests.servers.databases import one_at_a_time
from tests.servers.mysql import FOLDER

# The loader is sid's, as for the server. What comes first on a command line stays first.
WRAPPER = """#!/bin/sh
root="{root}"
first="$1"
[ $# -gt 0 ] && shift
exec "$root/{loader}" --library-path "$root/{libraries}" --argv0 {name} "$root/usr/{where}/{name}" \\
  "$first" {more} "$@"
"""
CLIENTS = ("mysql", "mysqldump", "mysqlbinlog")
OF_THE_SERVER = (
    '--basedir="$root/usr" --lc-messages-dir="$root/usr/share/mysql" '
    '--plugin-dir="$root/usr/lib/mysql/plugin"'
)


def mysql_programs() -> Path:
    folder = FOLDER / "programs"
    with one_at_a_time("mysql-programs"):
        if not (folder / "mysqld").exists():
            folder.mkdir(exist_ok=True)
            for name in CLIENTS:
                write(folder / name, "bin")
            write(folder / "mysqld", "sbin", OF_THE_SERVER)
    return folder


def write(path: Path, where: str, more: str = "") -> None:
    root = FOLDER / "root"
    loader = next(
        iter([*root.glob("usr/lib*/ld-linux*.so.*"), *root.glob("usr/lib/*/ld-linux*.so.*")])
    )
    libraries = next(iter(root.glob("usr/lib/*/libc.so.6"))).parent
    path.write_text(
        WRAPPER.format(
            root=root,
            loader=loader.relative_to(root),
            libraries=libraries.relative_to(root),
            name=path.name,
            where=where,
            more=more,
        )
    )
    path.chmod(0o755)
