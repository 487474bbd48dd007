"""An OpenAPI document in the order and the words in which a person reads it. No I/O."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from reminder_app.database import now

Spec = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
WRITTEN_FOR = "2027-"  # the year of every example, here and in the schemas
SAMPLES = {
    "uuid": "01997c1e-5a7e-7d53-9f0b-2c8e4a6b1d90",
    "date-time": "2027-03-01T08:00:00+00:00",
    "date": "2027-03-01",
    "string": "…",
    "integer": 1,
    "number": 1.0,
    "boolean": True,
    "null": None,
}
RANGES = (
    ("minLength", "maxLength", " characters"),
    ("minimum", "maximum", ""),
    ("minItems", "maxItems", " of them"),
)


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    place: str  # path, query, header or body
    is_required: bool
    limits: str
    description: str
    default: str


@dataclass(frozen=True)
class Answer:
    status: str
    meaning: str
    example: str


@dataclass(frozen=True)
class Operation:
    slug: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    fields: list[Field]
    curl: str
    answers: list[Answer]


@dataclass(frozen=True)
class Section:
    slug: str
    title: str
    description: str
    operations: list[Operation]


def sections(spec: Spec, address: str) -> list[Section]:
    """`address`: where this server is to be found, for the examples."""
    about = {tag["name"]: tag.get("description", "") for tag in spec.get("tags", [])}
    found: dict[str, list[Operation]] = {}
    for path, item in spec["paths"].items():
        for method in (name for name in METHODS if name in item):
            tag = (item[method].get("tags") or ["other"])[0]
            read = operation(spec, address, path, method, item)
            found.setdefault(tag, []).append(read)
    return [
        Section(tag.casefold().replace(" ", "-"), tag, about.get(tag, ""), operations)
        for tag, operations in found.items()
    ]


def operation(spec: Spec, address: str, path: str, method: str, item: Spec) -> Operation:
    doc = item[method]
    parameters = [
        resolved(spec, one) for one in item.get("parameters", []) + doc.get("parameters", [])
    ]
    request = resolved(spec, doc.get("requestBody", {}))
    body = body_schema(spec, request)
    return Operation(
        slug=f"{method}-{path.strip('/').replace('/', '-')}".replace("{", "").replace("}", ""),
        method=method.upper(),
        path=path,
        summary=doc.get("summary", path),
        description=doc.get("description", ""),
        scope=doc.get("x-scope", ""),
        fields=[
            *(parameter_field(spec, one) for one in parameters),
            *fields_of(spec, resolved(spec, body.get("items", body)), is_partial=method == "patch"),
        ],
        curl=curl(address + path + asked(spec, parameters), method, *sample(spec, request)),
        answers=list(answers(spec, doc)),
    )


def resolved(spec: Spec, node: Any) -> Spec:
    while isinstance(node, dict) and "$ref" in node:
        target: Any = spec
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return dict(node or {})


def one_of(spec: Spec, schema: Spec) -> Spec:
    """What may be null, without the null: nothing else here has a choice of schemas."""
    for choice in schema.get("anyOf", []):
        if choice.get("type") != "null":
            whole = resolved(spec, choice)
            given = {key: schema[key] for key in schema if key != "anyOf"}
            return whole | given | {"type": [whole.get("type", "object"), "null"]}
    return schema


def body_schema(spec: Spec, holder: Spec) -> Spec:
    """Of a request or an answer, whatever its content type."""
    for content in holder.get("content", {}).values():
        return resolved(spec, content.get("schema", {}))
    return {}


def parameter_field(spec: Spec, parameter: Spec) -> Field:
    schema = resolved(spec, parameter.get("schema", {}))
    about = schema | {"description": parameter.get("description", "")}
    required = bool(parameter.get("required"))
    return field(spec, parameter["name"], about, parameter["in"], required)


def fields_of(
    spec: Spec, schema: Spec, prefix: str = "", is_partial: bool = False
) -> Iterator[Field]:
    """What may be sent, with the fields of nested objects as `recipients[].kind`."""
    for name, node in schema.get("properties", {}).items():
        inner = one_of(
            spec, resolved(spec, node) | {key: node[key] for key in node if key != "$ref"}
        )
        if inner.get("readOnly"):
            continue
        if is_partial:
            inner.pop("default", None)
        required = name in schema.get("required", [])
        yield field(spec, prefix + name, inner, "body", required)
        items = resolved(spec, inner.get("items", {}))
        yield from fields_of(spec, items, f"{prefix}{name}[].", is_partial)
        yield from fields_of(spec, inner, f"{prefix}{name}.", is_partial)


def field(spec: Spec, name: str, schema: Spec, place: str, is_required: bool) -> Field:
    default = schema.get("default")
    return Field(
        name=name,
        kind=kind(spec, schema),
        place=place,
        is_required=is_required,
        limits=", ".join(limits(schema)),
        description=schema.get("description", ""),
        default="" if default in (None, "", []) else json.dumps(default),
    )


def kind(spec: Spec, schema: Spec) -> str:
    types = schema.get("type", "anything")
    words = [types] if isinstance(types, str) else list(types)
    if "array" in words:
        items = resolved(spec, schema.get("items", {}))
        words[words.index("array")] = f"list of {kind(spec, items)}s"
    text = " or ".join(words)
    return f"{text} ({schema['format']})" if "format" in schema else text


def limits(schema: Spec) -> Iterator[str]:
    if choices := schema.get("enum"):
        yield "one of " + ", ".join(str(choice) for choice in choices if choice is not None)
    for lowest, highest, unit in RANGES:
        low, high = schema.get(lowest), schema.get(highest)
        if low is not None and high is not None:
            yield f"{low} to {high}{unit}"
        elif low is not None or high is not None:
            yield f"at most {high}{unit}" if low is None else f"at least {low}{unit}"


def answers(spec: Spec, doc: Spec) -> Iterator[Answer]:
    for status, node in sorted(doc.get("responses", {}).items()):
        if not status.isdigit():
            continue
        schema = body_schema(spec, resolved(spec, node)) if status < "300" else {}
        shown = json.dumps(example(spec, schema), indent=2, ensure_ascii=False) if schema else ""
        yield Answer(status, HTTPStatus(int(status)).phrase, shown)


def example(spec: Spec, node: Spec) -> Any:
    """A value that fits the schema."""
    schema = resolved(spec, node)
    if "example" in schema:
        return of_next_year(schema["example"])
    if choices := schema.get("enum"):
        return choices[0]
    types = schema.get("type", "string")
    main = types if isinstance(types, str) else types[0]
    if main == "object":
        return {name: example(spec, inner) for name, inner in schema.get("properties", {}).items()}
    if main == "array":
        return [example(spec, schema.get("items", {}))]
    sample = SAMPLES.get(schema.get("format", ""), SAMPLES.get(main))
    return schema.get("default") or of_next_year(sample)


def of_next_year(value: Any) -> Any:
    """What is over would be refused to whoever copies it."""
    if isinstance(value, str):
        return value.replace(WRITTEN_FOR, f"{now().year + 1}-")
    if isinstance(value, list):
        return [of_next_year(one) for one in value]
    if isinstance(value, dict):
        return {name: of_next_year(one) for name, one in value.items()}
    return value


def asked(spec: Spec, parameters: list[Spec]) -> str:
    needed = [one for one in parameters if one["in"] == "query" and one.get("required")]
    given = {one["name"]: example(spec, one.get("schema", {})) for one in needed}
    return f"?{urlencode(given, safe=':')}" if given else ""


def sample(spec: Spec, request: Spec) -> tuple[str, Any]:
    """What a first try would send, with its content type."""
    for media, content in request.get("content", {}).items():
        return media, sample_body(spec, resolved(spec, content.get("schema", {})))
    return "", None


def sample_body(spec: Spec, schema: Spec) -> Any:
    """What is required, and what the schema gives an example of."""
    if "items" in schema:
        return [sample_body(spec, resolved(spec, schema["items"]))]
    required = schema.get("required", [])
    inner = {name: resolved(spec, node) for name, node in schema.get("properties", {}).items()}
    return {
        name: example(spec, node)
        for name, node in inner.items()
        if not node.get("readOnly") and (name in required or "example" in node)
    }


def curl(url: str, method: str, media: str, body: Any) -> str:
    target = re.sub(r"{(\w+)}", lambda found: "$" + found[1].upper(), url)
    lines = [f'curl "{target}"']
    if method != "get":
        lines.append(f"-X {method.upper()}")
    lines.append('-H "Authorization: Bearer $TOKEN"')
    if media == "multipart/form-data":
        lines += [f"-F {name}=@{shlex.quote(file)}" for name, file in body.items()]
    elif media:
        lines.append('-H "Content-Type: application/json"')
        lines.append(f"-d {shlex.quote(json.dumps(body, ensure_ascii=False))}")
    return " \\\n  ".join(lines)
