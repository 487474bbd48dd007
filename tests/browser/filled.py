"""What the demo has none of: a channel, a feed, a text, a template and a file of reminders, made as a person does it."""

from collections.abc import Callable

from playwright.sync_api import Page

NAME = "A name as long as the one that somebody gave it, and on it goes"
REMINDERS = (
    "title,date,time,repeat,labels,priority,notes\n"
    f"{NAME},2031-03-01,09:00,every second Tuesday,home,high,\n"
    "Not a day,someday,,,,,\n"
)


def fill(page: Page, look: Callable[[Page, str], None]) -> list[str]:
    """Paths of their pages. `look` is told of what is shown once, and cannot be loaded anew."""
    feed(page, look)  # they are all on one page
    return [channel(page, look), text(page), file(page), with_files(page), template(page)]


def channel(page: Page, look: Callable[[Page, str], None]) -> str:
    page.goto("/settings/channels")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Address").fill("https://hooks.example.org/reminders")
    page.get_by_role("button", name="Add webhook").click()
    page.get_by_role("heading", name="Its secret").wait_for()
    look(page, "a new channel")
    page.goto("/settings/channels")
    return str(page.get_by_role("link", name=NAME).first.get_attribute("href"))


def feed(page: Page, look: Callable[[Page, str], None]) -> None:
    page.goto("/settings/calendar-feeds")
    page.get_by_label("Name").fill(NAME)
    page.get_by_role("button", name="Make the feed").click()
    page.get_by_role("heading", name="Your feed's address").wait_for()
    look(page, "a new feed")


def text(page: Page) -> str:
    page.goto("/texts/new")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Subject").fill("{{ title }}")
    page.get_by_label("Text", exact=True).fill("Dear {{ client.name }},\n\nit is due.")
    page.get_by_role("button", name="Save text").click()
    page.get_by_role("link", name=NAME).first.wait_for()
    page.goto("/texts")
    return str(page.get_by_role("link", name=NAME).first.get_attribute("href"))


def template(page: Page) -> str:
    page.goto("/reminder-templates")
    page.get_by_role("button", name="Keep as a template").first.click()
    page.get_by_role("button", name="Save template").wait_for()
    return page.url.removeprefix(page.url.split("/reminder-templates/")[0])


def file(page: Page) -> str:
    page.goto("/reminders/import")
    sent = {"name": "reminders.csv", "mimeType": "text/csv", "buffer": REMINDERS.encode()}
    page.get_by_label("A file of up to").set_input_files(files=sent)  # type: ignore[arg-type]
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("heading", name="What becomes of it").wait_for()
    return page.url.removeprefix(page.url.split("/reminders/")[0])


def with_files(page: Page) -> str:
    page.goto("/reminders/new")
    page.get_by_label("What is it about?").fill(NAME)
    sent = {"name": f"{NAME}.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    page.get_by_label("Files").set_input_files(files=sent)  # type: ignore[arg-type]
    page.get_by_role("button", name="Save reminder").click()
    page.get_by_role("heading", name="Files").wait_for()
    return page.url.removeprefix(page.url.split("/reminders/")[0])
