"""Files that people gave us, given back: to be kept, never to be looked at inside of our pages."""

from pathlib import Path

from flask import Response, send_file

# Even where a browser shows it anyway, nothing in it runs or loads, and it is of no origin.
LOCKED = "default-src 'none'; sandbox"


def download(path: Path, name: str, media_type: str, tag: str) -> Response:
    """`tag` changes when the content does."""
    answer = send_file(path, media_type, as_attachment=True, download_name=name, etag=tag)
    answer.headers["Content-Security-Policy"] = LOCKED
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
