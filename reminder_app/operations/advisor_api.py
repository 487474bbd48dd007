"""What a query costs, which index it lacks, and what there is to say of tables, as JSON."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from reminder_app.database.advisor import kept_advice, table_statistics
from reminder_app.errors import NotFound
from reminder_app.operations import advisor_console as asking
from reminder_app.operations import advisor_showing as showing
from reminder_app.operations.console import api, superuser


@api.post("/analyze-query")
@superuser
def analyze_query() -> ResponseReturnValue:
    """{"query"} or {"fingerprint"}: how it will be run, as a tree, and what to say of it. It is not run."""
    return jsonify(asking.analysed(request.get_json(silent=True)).as_dict())


@api.post("/optimize-query")
@superuser
def optimize_query() -> ResponseReturnValue:
    """The same, and the index that it lacks, tried on a sample. Nothing is applied."""
    return jsonify(asking.optimised(request.get_json(silent=True)).as_dict())


@api.get("/tables")
@superuser
def tables() -> ResponseReturnValue:
    found, growth = table_statistics.tables(), showing.Growth.now()
    return jsonify(
        tables=[showing.of_table(one, growth) for one in found],
        days_to_full=growth.days_to_full,
        not_known=showing.not_known(found),
    )


@api.get("/table-stats/<table>")
@superuser
def table_stats(table: str) -> ResponseReturnValue:
    found = table_statistics.one(table)
    if found is None:
        raise NotFound(str(showing.NO_TABLE))
    return jsonify(found.details() | showing.of_table(found, showing.Growth.now()))


@api.get("/advice")
@superuser
def advice() -> ResponseReturnValue:
    return jsonify(advice=[showing.of_advice(one) for one in kept_advice.all_advice()])
