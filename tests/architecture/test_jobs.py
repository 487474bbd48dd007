"""All recurring work stands on one page, with a clean-up for each table that grows."""

import re

from reminder_app import jobs
from reminder_app.database import db
from tests.architecture.tree import APP, name, python_files

PAGE = APP / "jobs.py"
# Its timers run once, at the end of a worker.
LIFE = APP / "workers.py"
# What grows with time by itself -> the job that ends it.
CLEANED = {
    "user_sessions": "purge_accounts",
    "sign_in_failures": "purge_accounts",
    "api_tokens": "purge_accounts",
    "idempotency_keys": "purge_idempotency_keys",
    "invitations": "purge_invitations",
    "reminder_imports": "purge_imports",
    "delivery_tallies": "count_up",
    "worker_sightings": "purge_workers",
    "query_fingerprints": "keep_query_figures",
    "query_samples": "keep_query_figures",
    "query_findings": "keep_query_figures",
    "index_advice": "look_for_indexes",
    "server_digests": "keep_query_figures",
    "database_processes": "keep_query_figures",
    "backups": "purge_maintenance",
    "restore_tests": "purge_maintenance",
    "table_sizes": "purge_maintenance",
    "maintenance_runs": "purge_maintenance",
    "audit_log": "keep_audit",
    "audit_checks": "keep_audit",
    "contact_imports": "purge_contact_imports",
    "contact_import_failures": "purge_contact_imports",
    "deliveries": "purge_deliveries",  # of what they said; that they went is the proof, and stays
}
# What grows only as people make things, or is the record itself; each with its reason.
KEPT = {
    "alembic_version": "one row",
    "audit_seals": "the chain: at most one a minute, and what was retired stands in it",
    "delivery_totals": "a row for each channel, outcome and step of lateness",
    "delivery_tally_marks": "one row",
    "heartbeats": "a row for each part of the product",
    "database_heartbeats": "one row",
    "email_configurations": "made by people, ended by them; 20 in a workspace",
    "sender_identities": "made by people, ended by them; 100 in a workspace",
    "sending_accounts": "a row for each account that mail is sent through",
    "users": "made by people, ended by them",
    "workspaces": "made by people, ended by them",
    "imported_items": "go with their reminder",
    "memberships": "go with their workspace or user",
    "calendar_feeds": "made by people, twenty each; ended by them",
    "endpoints": "made by people, twenty each; ended by them",
    "gateways": "one for each channel of a workspace, and goes with it",
    "channel_orders": "one for each person who has set one",
    "push_keys": "one row",
    "contacts": "made by people; archived, not lost",
    "contact_tags": "go with their contact",
    "failure_notices": "one a workspace, and goes with it",
    "reminder_templates": "people's own, 200 a workspace, deleted by hand",
    "reminder_texts": "people's own, 200 a workspace, deleted by hand",
    "reminders": "made by people; deleted by them",
    "reminder_recipients": "go with their reminder",
    "reminder_labels": "go with their reminder",
    "tellings": "what is still to be told; gone when it is; given up after five tries, one an occurrence, and goes with it",
    "reminder_template_files": "go with their template, at most twenty each",
    "reminder_files": "go with their reminder, at most twenty each",
    "occurrences": "the history of a reminder; go with it",
    "delivery_attempts": "the proof of delivery; go with it",
    "delivery_plans": "the books: without them they do not balance",
}


def test_every_table_is_cleaned_or_has_a_reason_to_stay():
    tables = set(db.metadata.tables) | {"alembic_version"}

    assert tables - set(CLEANED) - set(KEPT) == set()
    assert (set(CLEANED) | set(KEPT)) - tables == set()
    assert set(CLEANED) & set(KEPT) == set()


def test_every_clean_up_is_on_the_page():
    assert set(CLEANED.values()) <= {task for task, _ in jobs.SCHEDULE.values()}


def test_every_recurring_task_exists_and_expires(app):
    celery = app.extensions["celery"]
    entries = celery.conf.beat_schedule

    assert {task for task, _ in jobs.SCHEDULE.values()} == {e["task"] for e in entries.values()}
    assert [e["task"] for e in entries.values() if e["task"] not in celery.tasks] == []
    assert [key for key, e in entries.items() if not e["options"].get("expires")] == []


def test_nothing_recurs_elsewhere():
    pattern = re.compile(r"crontab\(|beat_schedule|add_periodic_task|threading\.Timer")
    found = [
        name(path)
        for path in python_files("reminder_app")
        if path not in (PAGE, LIFE) and pattern.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []
