"""What the database does, as JSON."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from reminder_app.operations.console import api, superuser


@api.get("/performance")
@superuser
def performance() -> ResponseReturnValue:
    return jsonify(queries=[])
