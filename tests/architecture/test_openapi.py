import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

API = "/api/v1/"
ARGUMENT = re.compile(r"<(?:[^:>]*:)?([^>]*)>")


@pytest.fixture
def document(app):
    response = app.test_client().get("/api/openapi.json")
    assert response.status_code == 200
    return response.get_json()


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield f"{method.upper()} {path}", operation


def test_the_document_is_valid(document):
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_api_route_is_in_it(app, document):
    there = {
        method + " " + ARGUMENT.sub(r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(API)
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }

    assert there
    assert there == {name for name, _ in operations(document)}


def test_every_operation_says_what_it_does_and_what_it_needs(document):
    for_all = document.get("security")
    bare = [
        name
        for name, operation in operations(document)
        if not operation.get("summary") or not (operation.get("security") or for_all)
    ]

    assert bare == []


def test_every_operation_documents_its_refusals(document):
    """A client can rely on one shape for whatever goes wrong."""
    silent = [
        name
        for name, operation in operations(document)
        if not any(code.startswith(("4", "default")) for code in operation["responses"])
    ]

    assert silent == []


def test_its_parts_are_called_as_people_call_them_and_say_what_they_are(document):
    about = {tag["name"]: tag.get("description") for tag in document["tags"]}
    used = {tag for _, operation in operations(document) for tag in operation["tags"]}

    assert used == set(about)
    assert [name for name in about if "_" in name or name.endswith("api")] == []
    assert [name for name, said in about.items() if not said] == []
