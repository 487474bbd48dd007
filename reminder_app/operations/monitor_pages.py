"""What the database does, as pages."""

from reminder_app.operations.console import pages, show, superuser


@pages.get("")
@superuser
def overview() -> str:
    return show("overview.html")
