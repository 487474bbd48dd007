"""JSON endpoints: flask-smorest with our errors, our gate and keyset pages."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock
from typing import Any

import flask_smorest
from flask import Flask, Request
from marshmallow import Schema, fields, validate
from webargs.flaskparser import FlaskParser

from reminder_app.database import Page
from reminder_app.web import idempotency

DESCRIPTION = (
    "Send an API token as `Authorization: Bearer …` (Settings, API tokens). Lists give `items` and "
    "`next_cursor`; pass it back as `cursor`. Creates that say so take an `Idempotency-Key`. Errors "
    "are problem+json and name the fields."
)
KEY = "IdempotencyKey"


class ProblemSchema(Schema):
    """RFC 9457."""

    title = fields.String(metadata={"description": "What is wrong and what to do."})
    status = fields.Integer()
    code = fields.String()
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        data_key="fields",
        metadata={"description": "The wrong inputs, each with its own sentence."},
    )


class Api(flask_smorest.Api):
    """The document is written when somebody asks for it: most processes never do."""

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._to_write: list[Callable[[], None]] = []
        self._writing = Lock()
        super().__init__(*args, **kwargs)

    def later(self, write: Callable[[], None]) -> None:
        self._to_write.append(write)

    def document(self) -> dict[str, Any]:
        with self._writing:
            while self._to_write:
                self._to_write.pop(0)()
            return self.spec.to_dict()

    def _register_error_handlers(self) -> None:
        """web/errors.py answers for the whole application."""


class Parser(FlaskParser):
    def _raw_load_json(self, req: Request) -> Any:
        try:
            return super()._raw_load_json(req)
        except json.JSONDecodeError:
            raise
        except ValueError as error:  # a number of thousands of digits
            raise json.JSONDecodeError(str(error), "…", 0) from None


class Blueprint(flask_smorest.Blueprint):
    """`title`: what the documents call it; its name in words, where none is given."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, *args: Any, title: str = "", **kwargs: Any) -> None:
        super().__init__(name, *args, **kwargs)
        self.title = title or name.removesuffix("_api").replace("_", " ").capitalize()
        self._prepare_doc_cbks += [document_gate, document_idempotency]

    def register_views_in_doc(self, api: Api, *args: Any, **kwargs: Any) -> None:
        api.later(partial(super().register_views_in_doc, api, *args, **kwargs))


def with_titles(spec: dict[str, Any], blueprints: Mapping[str, Any]) -> dict[str, Any]:
    """The document with tags for people; blueprints of one title are one tag."""
    titles = {tag["name"]: blueprints[tag["name"]].title for tag in spec["tags"]}
    about: dict[str, str] = {}
    for tag in spec["tags"]:
        title = titles[tag["name"]]
        about[title] = about.get(title) or tag.get("description", "")

    def titled(operation: Any) -> Any:
        if not isinstance(operation, dict):
            return operation  # the parameters of a path
        return operation | {"tags": [titles[name] for name in operation["tags"]]}

    return spec | {
        "tags": [{"name": name, "description": said} for name, said in about.items()],
        "paths": {
            path: {method: titled(one) for method, one in item.items()}
            for path, item in spec["paths"].items()
        },
    }


def document_gate(doc: dict[str, Any], doc_info: dict[str, Any], **_: Any) -> dict[str, Any]:
    permission = doc_info.get("gate", {}).get("permission")
    if permission:
        doc["security"] = [{"token": []}]
        doc["x-scope"] = permission
        for status in ("401", "403", "429"):
            doc.setdefault("responses", {}).setdefault(
                status, {"$ref": "#/components/responses/Problem"}
            )
    return doc


def document_idempotency(doc: dict[str, Any], doc_info: dict[str, Any], **_: Any) -> dict[str, Any]:
    if doc_info.get("idempotent"):
        doc.setdefault("parameters", []).append(KEY)
        doc.setdefault("responses", {}).setdefault(
            "409", {"$ref": "#/components/responses/Problem"}
        )
    return doc


def about(description: str, example: Any = None, **more: Any) -> dict[str, Any]:
    """A field's `metadata`, as the document shows it."""
    return {"description": description, **more} | ({"example": example} if example else {})


class PageArgs(Schema):
    cursor = fields.String(validate=validate.Length(max=500))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


def page_schema(item: type[Schema]) -> type[Schema]:
    """The shape of a page of `item`."""
    name = item.__name__.removesuffix("Schema") + "PageSchema"
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item)),
            "next_cursor": fields.String(allow_none=True),
        },
        name=name,
    )


def page_of(page: Page[Any]) -> dict[str, Any]:
    return {"items": page.items, "next_cursor": page.next_cursor}


def init_app(app: Flask) -> Api:
    app.config.update(
        API_TITLE="Reminder App",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=None,  # /api/openapi.json is a route of our own, see docs.py
    )
    api = Api(
        app,
        spec_kwargs={
            "info": {"description": DESCRIPTION},
            "components": {
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        },
    )
    api.spec.components.response(
        "Problem",
        {
            "description": "What is wrong, and what to do.",
            "content": {"application/problem+json": {"schema": ProblemSchema}},
        },
    )
    api.spec.components.parameter(
        KEY,
        "header",
        {
            "name": idempotency.HEADER,
            "description": "Of your choosing, new for each thing you make. Sent again with the same "
            "key within two days, the request makes nothing and gets the first answer.",
            "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST},
        },
    )
    return api
