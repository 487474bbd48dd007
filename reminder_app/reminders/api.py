from reminder_app.recurrence import Schedule
from reminder_app.reminders import acting, editing, quick_fields, service, skipping
from reminder_app.reminders.act_schemas import (
    ActSchema,
    OccurrenceSchema,
    PauseSchema,
    SkipManySchema,
    SkippedSchema,
    SnoozeSchema,
)
from reminder_app.reminders.quick_schemas import ParseSchema, PlainWordsSchema
from reminder_app.reminders.schemas import (
    LabelsSchema,
    NewReminderSchema,
    OccurrencesSchema,
    PreviewSchema,
    ReminderArgs,
    ReminderChangesSchema,
    ReminderSchema,
    TimesSchema,
)
from reminder_app.web.api import Blueprint, PageArgs, page_of, page_schema
from reminder_app.web.gate import current, requires
from reminder_app.web.idempotency import idempotent

bp = Blueprint(
    "reminders_api",
    __name__,
    url_prefix="/api/v1/reminders",
    description="What must be said, when, and to whom.",
)


@bp.get("")
@requires("reminders:read")
@bp.arguments(ReminderArgs, location="query")
@bp.response(200, page_schema(ReminderSchema))
def browse(args):
    """List reminders"""
    actor = current()
    return page_of(service.list_reminders(actor.workspace_id, zone=actor.time_zone, **args))


@bp.post("")
@requires("reminders:write")
@idempotent
@bp.arguments(NewReminderSchema)
@bp.response(201, ReminderSchema)
def create(data):
    """Create a reminder"""
    actor = current()
    data.setdefault("time_zone", actor.time_zone)
    return service.create_reminder(actor.workspace_id, actor.user_id, **data)


@bp.post("/preview")
@requires("reminders:write")
@bp.arguments(PreviewSchema)
@bp.response(200, TimesSchema)
def preview(data):
    """The first due times of a schedule

    What create would refuse is refused here too, with the reason.
    """
    zone = data.get("time_zone", current().time_zone)
    schedule = Schedule(
        *(data["starts_at"], zone, data["rule"], data["month_end"]),
        *(data["repeat_after"], data["times_per"]),
    )
    return {"occurrences": service.preview(schedule, data["count"], data["since"])}


@bp.post("/parse")
@requires("reminders:write")
@bp.arguments(PlainWordsSchema)
@bp.response(200, ParseSchema)
def parse(data):
    """What a line of plain words means

    In English and German. Nothing is guessed: what can mean several things is a question with choices.
    """
    return understood(data)


@bp.post("/quick-add")
@requires("reminders:write")
@idempotent
@bp.arguments(PlainWordsSchema)
@bp.response(201, ReminderSchema)
def quick_add(data):
    """Create a reminder from a line of plain words

    With 422 as long as a question of `parse` has no answer; the fields name those.
    """
    actor = current()
    fields = quick_fields.to_fields(actor, understood(data))
    return service.create_reminder(actor.workspace_id, actor.user_id, **fields)


def understood(data):
    off = [(one["kind"], one["text"]) for one in data["off"]]
    return quick_fields.understood(current(), data["text"], off, data["answers"], data["language"])


@bp.get("/labels")
@requires("reminders:read")
@bp.response(200, LabelsSchema)
def labels():
    """Labels and how many reminders have each"""
    return {"items": service.labels(current().workspace_id)}


@bp.get("/<uuid:reminder_id>")
@requires("reminders:read")
@bp.response(200, ReminderSchema)
@bp.alt_response(404, "Problem")
def show(reminder_id):
    """Show a reminder"""
    return service.get_reminder(current().workspace_id, reminder_id)


@bp.patch("/<uuid:reminder_id>")
@requires("reminders:write")
@bp.arguments(ReminderChangesSchema(partial=True))
@bp.response(200, ReminderSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def change(data, reminder_id):
    """Change what is given of a reminder

    Gives the reminder that carries the change: with scope `this` or `following` it may be a new one.
    """
    actor = current()
    meant = {name: data.pop(name) for name in ("version", "scope", "occurrence_at") if name in data}
    return editing.update_reminder(actor.workspace_id, actor.user_id, reminder_id, data, **meant)


@bp.delete("/<uuid:reminder_id>")
@requires("reminders:write")
@bp.response(204)
@bp.alt_response(404, "Problem")
def delete(reminder_id):
    """Delete a reminder; restore takes it back"""
    service.delete_reminder(current().workspace_id, reminder_id)


@bp.post("/<uuid:reminder_id>/restore")
@requires("reminders:write")
@bp.response(200, ReminderSchema)
@bp.alt_response(404, "Problem")
def restore(reminder_id):
    """Take back a delete"""
    return service.restore_reminder(current().workspace_id, reminder_id)


@bp.post("/<uuid:reminder_id>/pause")
@requires("reminders:write")
@bp.arguments(PauseSchema)
@bp.response(200, ReminderSchema)
@bp.alt_response(404, "Problem")
def pause(data, reminder_id):
    """Pause a reminder, for good or until it goes on by itself"""
    return service.pause(current().workspace_id, reminder_id, **data)


@bp.post("/<uuid:reminder_id>/resume")
@requires("reminders:write")
@bp.response(200, ReminderSchema)
@bp.alt_response(404, "Problem")
def resume(reminder_id):
    """Resume a paused reminder, from now on"""
    return service.resume(current().workspace_id, reminder_id)


@bp.post("/<uuid:reminder_id>/done")
@requires("reminders:act")
@bp.arguments(ActSchema)
@bp.response(200, OccurrenceSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def done(data, reminder_id):
    """Mark an occurrence as done

    Name it by `occurrence_at`, and a repeated request does nothing more.
    """
    return acting.done(current().workspace_id, current().user_id, reminder_id, **data)


@bp.post("/<uuid:reminder_id>/skip")
@requires("reminders:act")
@bp.arguments(ActSchema)
@bp.response(200, OccurrenceSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def skip(data, reminder_id):
    """Skip an occurrence"""
    return acting.skip(current().workspace_id, current().user_id, reminder_id, **data)


@bp.post("/<uuid:reminder_id>/skip-many")
@requires("reminders:act")
@bp.arguments(SkipManySchema)
@bp.response(200, SkippedSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def skip_many(data, reminder_id):
    """Skip the next times: so many, or all before a time

    At most a hundred; pause it for longer.
    """
    actor = current()
    return {"items": skipping.skip_many(actor.workspace_id, actor.user_id, reminder_id, **data)}


@bp.post("/<uuid:reminder_id>/unskip")
@requires("reminders:act")
@bp.arguments(ActSchema)
@bp.response(200, SkippedSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def unskip(data, reminder_id):
    """Take back what was skipped together with `occurrence_at`, or last"""
    actor = current()
    return {"items": skipping.unskip(actor.workspace_id, actor.user_id, reminder_id, **data)}


@bp.post("/<uuid:reminder_id>/snooze")
@requires("reminders:act")
@bp.arguments(SnoozeSchema)
@bp.response(200, OccurrenceSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def snooze(data, reminder_id):
    """Be reminded of an occurrence again, later"""
    return acting.snooze(current().workspace_id, current().user_id, reminder_id, **data)


@bp.post("/<uuid:reminder_id>/reopen")
@requires("reminders:act")
@bp.arguments(ActSchema)
@bp.response(200, OccurrenceSchema)
@bp.alt_response(404, "Problem")
@bp.alt_response(409, "Problem")
def reopen(data, reminder_id):
    """Take back done, skip or snooze; without `occurrence_at`, the last of them"""
    return acting.reopen(current().workspace_id, current().user_id, reminder_id, **data)


@bp.get("/<uuid:reminder_id>/occurrences")
@requires("reminders:read")
@bp.arguments(PageArgs, location="query")
@bp.response(200, OccurrencesSchema)
@bp.alt_response(404, "Problem")
def occurrences(args, reminder_id):
    """What was due or acted on, the latest first, and what comes"""
    workspace_id = current().workspace_id
    coming = service.next_times(service.get_reminder(workspace_id, reminder_id))
    found = acting.occurrences(workspace_id, reminder_id, **args)
    return page_of(found) | {"coming": coming}
