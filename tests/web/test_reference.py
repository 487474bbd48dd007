import json

from reminder_app.web import reference

SPEC = {
    "tags": [{"name": "Things", "description": "What there is."}],
    "paths": {
        "/api/things": {
            "post": {
                "tags": ["Things"],
                "summary": "Make a thing",
                "x-scope": "things:write",
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}
                    }
                },
                "responses": {
                    "201": {
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}
                        }
                    },
                    "409": {"$ref": "#/components/responses/Problem"},
                    "default": {"$ref": "#/components/responses/Problem"},
                },
            }
        },
        "/api/things/{thing_id}": {
            "parameters": [
                {"in": "path", "name": "thing_id", "required": True, "schema": {"type": "string"}}
            ],
            "get": {"tags": ["Things"], "summary": "Show a thing", "responses": {}},
        },
    },
    "components": {
        "responses": {"Problem": {"description": "What is wrong."}},
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "id": {"type": "string", "format": "uuid", "readOnly": True},
                    "name": {"type": "string", "maxLength": 9, "example": "it's"},
                    "size": {"type": ["integer", "null"], "minimum": 1, "default": 3},
                    "kind": {"type": "string", "enum": ["a", "b"]},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
                },
            },
            "Part": {
                "type": "object",
                "required": ["at"],
                "properties": {"at": {"type": "string", "format": "date-time"}},
            },
        },
    },
}


def operations():
    (section,) = reference.sections(SPEC, "http://here")
    assert (section.title, section.description) == ("Things", "What there is.")
    return section.operations


def test_fields_come_with_their_limits_and_those_of_nested_objects():
    fields = {field.name: field for field in operations()[0].fields}

    assert list(fields) == ["name", "size", "kind", "parts", "parts[].at"]
    assert fields["name"].is_required
    assert fields["name"].limits == "at most 9 characters"
    assert (fields["size"].kind, fields["size"].default) == ("integer or null", "3")
    assert fields["kind"].limits == "one of a, b"
    assert fields["parts"].kind == "list of objects"
    assert fields["parts[].at"].kind == "string (date-time)"


def test_the_example_can_be_pasted_into_a_shell():
    make, show = operations()

    assert make.curl.splitlines()[0] == 'curl "http://here/api/things" \\'
    assert make.curl.endswith("""-d '{"name": "it'"'"'s"}'""")
    assert show.curl.startswith('curl "http://here/api/things/$THING_ID"')


def test_answers_come_with_an_example_and_refusals_without():
    answers = operations()[0].answers

    assert [answer.status for answer in answers] == ["201", "409"]
    made = json.loads(answers[0].example)
    assert made["name"] == "it's"
    assert made["parts"][0]["at"].endswith("+00:00")
    assert answers[1].example == ""


def test_fields_of_what_may_be_null_and_of_lists_are_shown():
    node = {"anyOf": [{"$ref": "#/components/schemas/Part"}, {"type": "null"}], "default": None}
    body = {
        "content": {
            "application/json": {
                "schema": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"part": node | {"example": {}}}},
                }
            }
        }
    }
    item = {"post": {"requestBody": body}}

    found = reference.operation(SPEC, "http://here", "/api/many", "post", item)

    assert [field.name for field in found.fields] == ["part", "part.at"]
    assert found.fields[0].kind == "object or null"
    assert found.curl.endswith("-d '[{\"part\": {}}]'")
