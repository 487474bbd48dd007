"""The application factory: what there is, wired once."""

import os
import uuid
from typing import Any

from flask import Flask, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from reminder_app import jobs
from reminder_app.accounts import api as accounts_api
from reminder_app.accounts import pages as accounts_pages
from reminder_app.accounts import settings_pages
from reminder_app.calendars import api as calendars_api
from reminder_app.calendars import feed_pages as calendar_feed_pages
from reminder_app.calendars import import_api as reminder_imports_api
from reminder_app.calendars import import_pages as calendar_import_pages
from reminder_app.calendars import links as calendar_links
from reminder_app.calendars import pages as calendar_pages
from reminder_app.config import ROOT, Settings, load, with_env_file
from reminder_app.contacts import api as contacts_api
from reminder_app.contacts import export_pages as contact_exports
from reminder_app.contacts import import_api as contact_imports_api
from reminder_app.contacts import import_pages as contact_imports
from reminder_app.contacts import merge_api as contact_merges_api
from reminder_app.contacts import merge_pages as contact_merges
from reminder_app.contacts import pages as contacts_pages
from reminder_app.data_source import database_settings
from reminder_app.database import db, parts, routing
from reminder_app.delivery import api as delivery_api
from reminder_app.delivery import cli as delivery_cli
from reminder_app.delivery import pages as delivery_pages
from reminder_app.delivery.endpoints import api as channels_api
from reminder_app.delivery.endpoints import gateway_api, gateway_pages
from reminder_app.delivery.endpoints import pages as channels_pages
from reminder_app.delivery.senders import api as senders_api
from reminder_app.delivery.senders import cli as senders_cli
from reminder_app.delivery.senders import pages as senders_pages
from reminder_app.delivery.senders import server_pages
from reminder_app.demo import cli as demo_cli
from reminder_app.home import find_pages, install_pages
from reminder_app.home import pages as home_pages
from reminder_app.introductions import introduce_all
from reminder_app.mailbox import pages as mailbox_pages
from reminder_app.operations import (
    audited,
    database_pages,
    history_pages,
    notification_pages,
    user_pages,
)
from reminder_app.operations import pages as operations_pages
from reminder_app.operations import service as operations
from reminder_app.proofs import api as proofs_api
from reminder_app.proofs import pages as proofs_pages
from reminder_app.reminders import api as reminders_api
from reminder_app.reminders import file_api as reminder_files_api
from reminder_app.reminders import file_pages as reminder_files
from reminder_app.reminders import form_pages as reminder_forms
from reminder_app.reminders import links as reminders_links
from reminder_app.reminders import (
    outbox_pages,
    quick_pages,
    skip_pages,
)
from reminder_app.reminders import pages as reminders_pages
from reminder_app.reminders import sending_api as recipients_api
from reminder_app.reminders import sending_pages as recipients_pages
from reminder_app.reminders.templates import api as templates_api
from reminder_app.reminders.templates import pages as templates_pages
from reminder_app.texts import api as texts_api
from reminder_app.texts import pages as texts_pages
from reminder_app.translations import cli as translations_cli
from reminder_app.web import (
    api,
    csrf,
    docs,
    errors,
    formatting,
    gate,
    headers,
    kit,
    limits,
    logs,
    replicas,
    speaking,
    static,
    uploads,
)
from reminder_app.web.htmx import is_htmx
from reminder_app.workspaces import api as workspaces_api
from reminder_app.workspaces import cli as workspaces_cli
from reminder_app.workspaces import failure_pages, member_pages, roles
from reminder_app.workspaces import pages as workspaces_pages
from reminder_app.workspaces import service as workspaces

PAGES = [
    home_pages.bp,
    install_pages.bp,
    find_pages.bp,
    reminders_pages.bp,
    reminder_forms.bp,
    reminder_files.bp,
    quick_pages.bp,
    skip_pages.bp,
    templates_pages.bp,
    outbox_pages.bp,
    reminders_links.bp,
    calendar_pages.bp,
    calendar_import_pages.bp,
    calendar_feed_pages.bp,
    calendar_links.bp,
    recipients_pages.bp,
    texts_pages.bp,
    proofs_pages.bp,
    contacts_pages.bp,
    contact_exports.bp,
    contact_imports.bp,
    contact_merges.bp,
    delivery_pages.bp,
    senders_pages.bp,
    server_pages.bp,
    accounts_pages.bp,
    settings_pages.bp,
    channels_pages.bp,
    gateway_pages.bp,
    workspaces_pages.bp,
    member_pages.bp,
    failure_pages.bp,
    operations_pages.bp,
    history_pages.bp,
    notification_pages.bp,
    user_pages.bp,
    docs.bp,
]
APIS = [
    reminders_api.bp,
    recipients_api.bp,
    workspaces_api.bp,
    templates_api.bp,
    reminder_files_api.bp,
    texts_api.bp,
    proofs_api.bp,
    calendars_api.bp,
    calendars_api.calendar,
    contacts_api.bp,
    contact_imports_api.bp,
    contact_imports_api.exports,
    contact_merges_api.bp,
    reminder_imports_api.bp,
    delivery_api.bp,
    accounts_api.tokens,
    accounts_api.me,
    channels_api.bp,
    gateway_api.bp,
    senders_api.servers,
    senders_api.senders,
]
COMMANDS = [
    workspaces_cli.accounts,
    delivery_cli.delivery,
    senders_cli.senders,
    demo_cli.demo,
    translations_cli.translations,
]
SESSION_COOKIE = "reminder_app"
# Blueprints that look at the database itself, not at what is in it.
ABOUT_THE_WRITER = ("operations", "database", "db_monitor")
BIGGEST_REQUEST = 1_000_000  # bytes
NO_FRAME: dict[str, Any] = {"workspaces": [], "trouble": None}


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """`overrides` go into the Flask configuration as they are. Raises ConfigError."""
    settings = settings or load(with_env_file(os.environ))
    app = Flask(__name__, instance_path=str(settings.instance_path))
    configure(app, settings)
    app.config.update(overrides)
    logs.init_app(app)
    parts.init_app(app, database_settings(settings, url_again))
    audited.init_app(app, settings)
    for part in (headers, static, formatting):
        part.init_app(app)
    uploads.init_app(app)
    replicas.init_app(app, ABOUT_THE_WRITER)
    gate.init_app(app, workspaces.actor_of_session, workspaces.actor_of_token)
    speaking.init_app(app)
    replicas.follow(app)
    limits.init_app(app)
    gate.close(app)
    csrf.init_app(app)
    errors.init_app(app)
    register(app, settings)
    app.context_processor(page_context)
    app.jinja_env.filters |= {"role_name": roles.name, "kind_name": roles.kind_name}
    introduce_all()
    jobs.init_app(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    settings.instance_path.mkdir(parents=True, exist_ok=True)
    app.config.update(
        SETTINGS=settings,
        MIGRATIONS=ROOT / "migrations",
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=settings.secret_key_fallbacks,
        MAX_CONTENT_LENGTH=BIGGEST_REQUEST,
        # Flask's own cookie holds the CSRF secret and what the next page says; no identity.
        SESSION_COOKIE_NAME=("__Host-" if settings.is_secure else "") + SESSION_COOKIE,
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TESTING=settings.app_env == "testing",
        PROPAGATE_EXCEPTIONS=False,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]


def url_again() -> str:
    """A secret's file may hold another password by now."""
    return load(with_env_file(os.environ)).database_url


def register(app: Flask, settings: Settings) -> None:
    for page in PAGES:
        app.register_blueprint(page)
    database_pages.init_app(app)
    if not settings.is_production:
        app.register_blueprint(mailbox_pages.bp)
        app.register_blueprint(kit.bp)
    published = api.init_app(app)
    for blueprint in APIS:
        published.register_blueprint(blueprint)
    app.extensions["openapi"] = published.document
    for command in COMMANDS:
        app.cli.add_command(command)


def page_context() -> dict[str, Any]:
    """What base.html shows around every page."""
    actor = g.get("actor")
    has_frame = actor is not None and not is_fragment() and not errors.is_database_away()
    return {
        "actor": actor,
        "is_read_only": routing.is_read_only(),
        **(of_database(actor.user_id) if has_frame else NO_FRAME),
        "theme": actor.theme if actor else request.cookies.get("theme", "system"),
        "locale": actor.locale if actor else "en",
        "development": not current_app.config["SETTINGS"].is_production,
    }


def of_database(user_id: uuid.UUID) -> dict[str, Any]:
    try:
        return {"workspaces": workspaces.of_user(user_id), "trouble": operations.trouble()}
    except SQLAlchemyError:  # the page may be the one that says so
        db.session.rollback()
        return NO_FRAME


def is_fragment() -> bool:
    """htmx asks for a part of a page: nothing around it is shown."""
    return is_htmx() and not request.headers.get("HX-Boosted")
