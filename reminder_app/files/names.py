"""What a file is called, what it is, and how both are said in headers. Nothing is read of it."""

import mimetypes
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from reminder_app.translations import gettext as _
from reminder_app.translations.sizes import size_in_words

FOLD = "\r\n "
LONGEST = 200  # bytes in UTF-8
UNKNOWN = "application/octet-stream"
# Built in alone: what a machine adds would make a mail read differently on another one.
TYPES = mimetypes.MimeTypes(filenames=()).types_map[True]
# Paths, what Windows does not allow, and what is not seen or turns the reading order around.
UNWANTED = re.compile(r'[<>:"/\\|?*]')
UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
# What Gmail and Outlook send back, alone or in an archive.
REFUSED = frozenset((
    "ade", "adp", "apk", "appx", "appxbundle", "bat", "cab", "chm", "cmd", "com", "cpl",
    "diagcab", "diagcfg", "diagpkg", "dll", "dmg", "ex", "ex_", "exe", "hta", "img", "ins",
    "iso", "isp", "jar", "jnlp", "js", "jse", "lib", "lnk", "mde", "mjs", "msc", "msi", "msix",
    "msixbundle", "msp", "mst", "nsh", "pif", "ps1", "psc1", "reg", "scf", "scr", "sct", "shb",
    "sys", "vb", "vbe", "vbs", "vhd", "vhdx", "vxd", "wsc", "wsf", "wsh", "xll",
))  # fmt: skip


def safe(name: str) -> str:
    """The last part of a path as a plain name, with its ending, on one line."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(one for one in name if unicodedata.category(one) not in UNSEEN)
    name = UNWANTED.sub("_", name).strip(" .")
    stem, dot, end = name.rpartition(".")
    if not dot or len(end) > 20:
        stem, dot, end = name, "", ""
    room = LONGEST - len(f"{dot}{end}".encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .")
    return f"{stem or 'file'}{dot}{end}"


def ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def is_refused(name: str) -> bool:
    return ending(name) in REFUSED


def type_of(name: str) -> str:
    """By its ending alone: its content is never looked at."""
    return TYPES.get(f".{ending(name)}", UNKNOWN)


def disposition(name: str) -> str:
    """Content-Disposition of a mail (RFC 2183, 2231), folded; `name` is safe()."""
    if name.isascii():
        return f'attachment;{FOLD}filename="{name}"'
    return f"attachment;{FOLD}filename*=UTF-8''{quote(name, safe='')}"


def in_words(file: Mapping[str, Any]) -> str:
    """As proof: a file of Delivery.files."""
    size = size_in_words(file["size"])
    how = _("attached") if file["sent"] == "attached" else _("linked")
    return f"{file['name']} ({size}, {how}, SHA-256 {file['sha256']})"
