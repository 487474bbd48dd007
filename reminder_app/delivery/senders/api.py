from flask import current_app

from reminder_app.delivery.senders import asking, configurations, identities
from reminder_app.delivery.senders.schemas import (
    CodeSchema,
    ConfigurationChangesSchema,
    ConfigurationSchema,
    DefaultSchema,
    DeleteArgs,
    DeleteSenderArgs,
    SenderEditSchema,
    SendersArgs,
    SenderSchema,
    TestSchema,
)
from reminder_app.web.api import Blueprint, PageArgs, page_of, page_schema
from reminder_app.web.gate import current, requires
from reminder_app.web.idempotency import idempotent

servers = Blueprint(
    "email_configurations_api",
    __name__,
    title="Mail servers",
    url_prefix="/api/v1/email-configurations",
    description="A workspace's own mail servers.",
)
senders = Blueprint(
    "sender_identities_api",
    __name__,
    title="Senders",
    url_prefix="/api/v1/sender-identities",
    description="In whose name messages go out.",
)


@servers.get("")
@requires("senders:write")
@servers.arguments(PageArgs, location="query")
@servers.response(200, page_schema(ConfigurationSchema))
def browse_configurations(args):
    """List mail servers"""
    return page_of(configurations.browse(current().workspace_id, **args))


@servers.post("")
@requires("senders:write")
@idempotent
@servers.arguments(ConfigurationSchema)
@servers.response(201, ConfigurationSchema)
@servers.alt_response(409, "Problem")
def create_configuration(data):
    """Add a mail server"""
    return configurations.create(current().workspace_id, current().name, **data)


@servers.get("/<uuid:configuration_id>")
@requires("senders:write")
@servers.response(200, ConfigurationSchema)
@servers.alt_response(404, "Problem")
def show_configuration(configuration_id):
    """Show a mail server, without its password"""
    return configurations.get(current().workspace_id, configuration_id)


@servers.patch("/<uuid:configuration_id>")
@requires("senders:write")
@servers.arguments(ConfigurationChangesSchema(partial=True))
@servers.response(200, ConfigurationSchema)
@servers.alt_response(404, "Problem")
@servers.alt_response(409, "Problem")
def edit_configuration(data, configuration_id):
    """Change what is given of a mail server

    Another host, port or no encryption wants the password again. Workers use it within seconds.
    """
    actor = current()
    return configurations.edit(actor.workspace_id, configuration_id, actor.name, **data)


@servers.delete("/<uuid:configuration_id>")
@requires("senders:write")
@servers.arguments(DeleteArgs, location="query")
@servers.response(204)
@servers.alt_response(404, "Problem")
@servers.alt_response(409, "Problem")
def delete_configuration(args, configuration_id):
    """Remove a mail server

    While senders use it, `move_to` says what takes its place, also for what waits; without it, what
    waits is called off.
    """
    configurations.delete(current().workspace_id, configuration_id, **args)


@servers.post("/<uuid:configuration_id>/test")
@requires("senders:write")
@servers.arguments(TestSchema)
@servers.response(200, ConfigurationSchema)
@servers.alt_response(404, "Problem")
def test_configuration(data, configuration_id):
    """Try a mail server out

    Connects, encrypts and signs in; `test_passed` and `test_words` say what came of it. May take half
    a minute.
    """
    return asking.try_out(configuration_id, data["send"])


@senders.get("")
@requires("senders:read")
@senders.arguments(SendersArgs, location="query")
@senders.response(200, page_schema(SenderSchema))
def browse(args):
    """List senders"""
    return page_of(identities.browse(current().workspace_id, **args))


@senders.post("")
@requires("senders:write")
@idempotent
@senders.arguments(SenderSchema)
@senders.response(201, SenderSchema)
@senders.alt_response(409, "Problem")
def create(data):
    """Add a sender

    An address is sent a code, which verify takes. A phone number is verified by whoever runs the site.
    """
    return asking.create(data)


@senders.get("/<uuid:identity_id>")
@requires("senders:read")
@senders.response(200, SenderSchema)
@senders.alt_response(404, "Problem")
def show(identity_id):
    """Show a sender"""
    return identities.get(current().workspace_id, identity_id)


@senders.patch("/<uuid:identity_id>")
@requires("senders:write")
@senders.arguments(SenderEditSchema(partial=True))
@senders.response(200, SenderSchema)
@senders.alt_response(404, "Problem")
def edit(data, identity_id):
    """Change a sender's name or mail server

    Its address stays what was verified: for another one, add a sender.
    """
    return identities.edit(current().workspace_id, identity_id, **data)


@senders.delete("/<uuid:identity_id>")
@requires("senders:write")
@senders.arguments(DeleteSenderArgs, location="query")
@senders.response(204)
@senders.alt_response(404, "Problem")
@senders.alt_response(409, "Problem")
def delete(args, identity_id):
    """Remove a sender

    409 while something is sent in its name; `fields.move_to` says what. Then `move_to` says who does.
    """
    identities.delete(current().workspace_id, identity_id, **args)


@senders.post("/<uuid:identity_id>/send-code")
@requires("senders:write")
@senders.response(200, SenderSchema)
@senders.alt_response(404, "Problem")
@senders.alt_response(409, "Problem")
def send_code(identity_id):
    """Send a new code to its address; the one before is dead"""
    return asking.send_code(identity_id)


@senders.post("/<uuid:identity_id>/verify")
@requires("senders:write")
@senders.arguments(CodeSchema)
@senders.response(200, SenderSchema)
@senders.alt_response(404, "Problem")
def verify(data, identity_id):
    """Show with the code that the address is yours"""
    settings = current_app.config["SETTINGS"]
    return identities.verify(current().workspace_id, identity_id, data["code"], settings)


@senders.post("/<uuid:identity_id>/set-default")
@requires("senders:write")
@senders.arguments(DefaultSchema)
@senders.response(200, SenderSchema)
@senders.alt_response(404, "Problem")
@senders.alt_response(409, "Problem")
def set_default(data, identity_id):
    """Make it the default of its type, or no longer"""
    return identities.set_default(current().workspace_id, identity_id, data["is_default"])
