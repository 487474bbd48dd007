"""`flask accounts …`: people and their tokens, for whoever runs the server."""

import sys
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from reminder_app.accounts import credentials, reset
from reminder_app.accounts import service as people
from reminder_app.accounts.site import Site
from reminder_app.database import now
from reminder_app.errors import AppError
from reminder_app.workspaces import service

accounts = AppGroup("accounts", help="People and their tokens.")


def in_one_line(command: Callable[..., None]) -> Callable[..., None]:
    """What is refused is said in one line, and the exit status is 1."""

    @wraps(command)
    def call(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except AppError as error:
            raise click.ClickException(" ".join(error.fields.values()) or error.message) from error

    return call


@accounts.command("create-user")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line.")
@click.option("--name", default="", help="What others call this person.")
@click.option("--time-zone", default="UTC", show_default=True, help="IANA name.")
@click.option("--locale", default="en", show_default=True)
@in_one_line
def create_user(email: str, password_stdin: bool, **details: str) -> None:
    """Make an account with its personal workspace."""
    password = read_password(password_stdin)
    user = service.sign_up(email, password, **details)
    if why := credentials.weakness(password, user.email):
        click.echo(f"Warning: {why}", err=True)
    click.echo(f"{user.email} can sign in now.")


@accounts.command("set-password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line.")
@in_one_line
def set_password(email: str, password_stdin: bool) -> None:
    """Give somebody a new password, and sign them out everywhere."""
    site = Site.of(current_app.config["SETTINGS"])
    user = reset.set_for(email, read_password(password_stdin), site)
    click.echo(f"{user.email} can sign in with the new password.")


def read_password(is_piped: bool) -> str:
    if is_piped:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


@accounts.command("create-token")
@click.argument("email")
@click.option("--name", default="Command line", show_default=True)
@click.option("--scope", "scopes", multiple=True, help="What it may do. Repeat it; all by default.")
@click.option(
    "--days", type=click.IntRange(1, 3650), help="How long it works. For good by default."
)
@in_one_line
def create_token(email: str, name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make an API token. It is on the last line, and shown this once."""
    expires_at = now() + timedelta(days=days) if days else None
    click.echo(service.token_for(email, name=name, scopes=scopes, expires_at=expires_at))


@accounts.command("make-superuser")
@click.argument("email")
@in_one_line
def make_superuser(email: str) -> None:
    """Let somebody see the operator's pages. There is no other way to become one."""
    user = people.make_superuser(email)
    click.echo(f"{user.email} is a superuser now.")
