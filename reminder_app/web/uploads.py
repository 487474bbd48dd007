"""Files that people send: only views that say so take more than a form may hold."""

from collections.abc import Callable
from typing import IO, Any, TypeVar, cast

from flask import Flask, Request, current_app, request
from werkzeug.formparser import FormDataParser

SPOOLED = "reminder_app.spooled"
View = TypeVar("View", bound=Callable[..., Any])


def takes_files(most: int | Callable[[], int]) -> Callable[[View], View]:
    """Up to `most` bytes in a request, or as many as it says then; beyond, the answer is 413."""

    def mark(view: View) -> View:
        cast(Any, view).most_bytes = most
        return view

    return mark


class NamedParts(FormDataParser):
    """A part without a name is nobody's: its None would stand among the names that views go through."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        stream, *parts = super().parse(*args, **kwargs)
        return stream, *(named(part) for part in parts)


def named(parts: Any) -> Any:
    if None not in parts:
        return parts
    return type(parts)((name, one) for name, one in parts.items(multi=True) if name is not None)


class Spooling(Request):
    """Knows what it has read of files, also of a body that broke off: nobody else does then."""

    form_data_parser_class = NamedParts

    def _get_file_stream(self, *args: Any, **kwargs: Any) -> IO[bytes]:
        stream = super()._get_file_stream(*args, **kwargs)
        self.environ.setdefault(SPOOLED, []).append(stream)
        return stream


def init_app(app: Flask) -> None:
    """Before anything reads the request's form."""
    app.request_class = Spooling

    @app.before_request
    def allow() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        if most := getattr(view, "most_bytes", 0):
            request.max_content_length = most() if callable(most) else most

    @app.teardown_request
    def let_go(_error: BaseException | None) -> None:
        """Big ones lie in files without a name, which would stay open for a while."""
        for stream in request.environ.pop(SPOOLED, ()):
            stream.close()
