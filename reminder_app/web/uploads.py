"""Files that people send: only views that say so take more than a form may hold."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


def takes_files(most: int | Callable[[], int]) -> Callable[[View], View]:
    """Up to `most` bytes in a request, or as many as it says then; beyond, the answer is 413."""

    def mark(view: View) -> View:
        cast(Any, view).most_bytes = most
        return view

    return mark


def init_app(app: Flask) -> None:
    """Before anything reads the request's form."""

    @app.before_request
    def allow() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        if most := getattr(view, "most_bytes", 0):
            request.max_content_length = most() if callable(most) else most

    @app.teardown_request
    def let_go(_error: BaseException | None) -> None:
        """Big ones lie in files without a name, which would stay open for a while."""
        if "files" in vars(request):
            for _name, file in request.files.items(multi=True):
                file.close()
