"""Contacts from a file, and two made one: as a person does it, with a worker that reads, and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DEMO, fresh, sign_in
from tests.browser.running import Product
from tests.browser.test_every_page import looks

FILE = (
    "Name,E-Mail,Telefon,Gruppe,Kundennummer\n"
    "Zoe Zander,zoe.zander@gmail.com,+49 30 987654,client,1042\n"
    "Zoe Zander,zoezander+x@gmail.com,+49 30 987654,client,1043\n"
    "Not right,no address,,,\n"
)


@pytest.fixture
def plain(browser: Browser, product: Product, demo_password: str) -> Iterator[Page]:
    context = fresh(browser, product, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, DEMO, demo_password)
    yield page
    context.close()


def send(page: Page, text: str) -> None:
    page.goto("/contacts/import")
    file = {"name": "clients.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_label("File").set_input_files(files=file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="clients.csv")).to_be_visible()


def test_a_file_becomes_contacts_and_two_become_one(browser, product, demo_password):
    context = fresh(browser, product, bypass_csp=True)
    page = context.new_page()
    sign_in(page, DEMO, demo_password)
    send(page, FILE)
    where = page.url.removeprefix(product.url)
    expect(page.get_by_label("Telefon")).to_have_value("phone")
    wrong = looks(page, where)

    page.get_by_role("button", name="Start the import").click()
    expect(page.get_by_text("2 new, 0 changed, 0 here already, 1 not taken")).to_be_visible()
    expect(page.get_by_text("What was not taken").first).to_be_visible()
    wrong += looks(page, where)

    page.goto("/contacts/duplicates?by=phone")
    wrong += looks(page, "/contacts/duplicates?by=phone")
    page.get_by_role("button", name="Compare and merge").first.click()
    wrong += looks(page, page.url.removeprefix(product.url))
    page.get_by_role("button", name="Merge 2 contacts").click()
    expect(page.get_by_text("Zoe Zander is one contact now.")).to_be_visible()
    wrong += looks(page, page.url.removeprefix(product.url))
    context.close()

    assert wrong == []


def test_without_javascript_a_reload_shows_how_far_it_is(plain: Page):
    send(plain, "Name,Email\nYan,yan@example.org\n")
    plain.get_by_role("button", name="Start the import").click()
    for _ in range(600):
        if plain.get_by_text("1 new").count() and plain.get_by_text("Done").count():
            break
        plain.reload()

    expect(plain.get_by_text("1 new")).to_be_visible()
