"""Files that lie on the shelf, as a form has brought them."""

from io import BytesIO

from reminder_app.files.shelf import Shelf, Taken


def put(shelf: Shelf, name: str, content: bytes) -> Taken:
    one = shelf.look("files", name, BytesIO(content))
    shelf.keep(one)
    return Taken(one.name, one.sha256, one.size)
