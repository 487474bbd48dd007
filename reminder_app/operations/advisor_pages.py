"""What a query costs, which index it lacks, and what there is to say of tables, as pages."""

import uuid
from typing import TYPE_CHECKING

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from reminder_app.database.advisor import kept_advice, table_statistics
from reminder_app.database.advisor.models import DISMISSED
from reminder_app.errors import NotFound
from reminder_app.operations import advisor_console as asking
from reminder_app.operations import advisor_showing as showing
from reminder_app.operations.console import note, pages, show, superuser
from reminder_app.translations import gettext as _
from reminder_app.translations import lazy_gettext, ngettext
from reminder_app.web.forms import Form
from reminder_app.web.htmx import say

if TYPE_CHECKING:
    from reminder_app.database.advisor.questions import Optimisation

NO_ADVICE = lazy_gettext(
    "This advice is gone: the index is there, or nobody asked for it any more."
)
# With a button each: looked through while somebody waits.
MOST_AT_ONCE = 8


class QuestionSchema(Schema):
    query = fields.String(required=True)


@pages.get("/explain")
@superuser
def explain() -> ResponseReturnValue:
    """A form; with ?fingerprint= the plan of a query that was seen."""
    fingerprint = request.args.get("fingerprint", "")
    if not fingerprint:
        return show("explain.html", form=Form(QuestionSchema), found=None, fingerprint="")
    form = Form(QuestionSchema)
    found = form_answer(form, {"fingerprint": fingerprint})
    page = show("explain.html", form=form, found=found, fingerprint=fingerprint)
    return page, 200 if found else 422


@pages.post("/explain")
@superuser
def explain_query() -> ResponseReturnValue:
    form = Form(QuestionSchema, request.form)
    found = form.submit(lambda data: asking.optimised({"query": data["query"]}))
    page = show("explain.html", form=form, found=found, fingerprint="")
    return page, 200 if found else 422


def form_answer(form: Form, asked: dict[str, str]) -> "Optimisation | None":
    form.schema = Schema()
    return form.submit(lambda _data: asking.optimised(asked))


@pages.get("/tables")
@superuser
def tables() -> str:
    found = table_statistics.tables()
    return show(
        "tables.html",
        tables=found,
        not_known=showing.not_known(found),
        growth=showing.Growth.now(),
    )


@pages.get("/tables/<table>")
@superuser
def table(table: str) -> str:
    found = table_statistics.one(table)
    if found is None:
        raise NotFound(str(showing.NO_TABLE))
    return show(
        "table.html",
        found=found,
        table=found.table,
        growth=showing.Growth.now(),
    )


@pages.get("/advice")
@superuser
def advice() -> str:
    found = kept_advice.all_advice()
    return show("advice.html", advice=found, showing=showing)


@pages.post("/advice/look")
@superuser
def look_for_advice() -> ResponseReturnValue:
    from reminder_app.database.advisor import looking  # noqa: PLC0415 - the parser is heavy

    many = looking.look(MOST_AT_ONCE)
    note("looked for missing indexes", many)
    none = _("No indexes are missing.")
    say(ngettext("One index is missing.", "%(num)s indexes are missing.", many) if many else none)
    return redirect(url_for("database.advice"), 303)


@pages.post("/advice/<advice>/dismiss")
@superuser
def dismiss_advice(advice: str) -> ResponseReturnValue:
    advice_id = id_of(advice)
    known = kept_advice.one(advice_id)
    if known is None or not kept_advice.dismiss(advice_id, known.state != DISMISSED):
        raise NotFound(str(NO_ADVICE))
    again = kept_advice.one(advice_id)
    state = again.state if again else ""
    note("put aside" if state == DISMISSED else "took back", known.table_name, known.columns)
    back = url_for("database.dismiss_advice", advice=advice)
    said = _("Put aside.") if state == DISMISSED else _("It is back in the list.")
    say(said, undo_url=back)
    return redirect(url_for("database.advice"), 303)


def id_of(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(hex=text)
    except ValueError as error:
        raise NotFound(str(NO_ADVICE)) from error
