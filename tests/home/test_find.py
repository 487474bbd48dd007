"""Find: pages and things to do as one may, reminders and contacts by a few letters."""

import re

import pytest

from reminder_app.accounts import service as accounts
from reminder_app.accounts.models import User
from reminder_app.contacts import service as contacts
from reminder_app.database import db
from reminder_app.home import destinations
from reminder_app.home.destinations import Place
from tests.architecture.routes_called import NOT_OURS

# Pages that need nothing but their address, and are no place to go to, each with its reason.
NO_PLACES = {
    "accounts.show_ask": "for those who are signed out",
    "accounts.sign_in": "for those who are signed out",
    "workspaces.show_sign_up": "for those who are signed out",
    "contact_exports.export": "a file",
    "contact_merges.compare": "of contacts that were chosen",
    "deliveries.fragment": "a part of a page",
    "deliveries.right_now": "a part of a page",
    "docs.openapi": "JSON",
    "finding.options": "a part of a page",
    "finding.show": "where one is",
    "home.progress": "a part of a page",
    "installing.manifest": "JSON",
    "installing.offline": "shown where there is no net",
    "installing.worker": "a script",
    "settings.show_zone": "a part of a page",
    "users.index": "JSON",
    "kit.show": "for those who build pages",
    "notifications.stats": "JSON",
    "operations.live": "JSON",
    "operations.of_database": "JSON",
    "operations.read_metrics": "for Prometheus",
    "operations.ready": "JSON",
    "operations.right_now": "a part of a page",
    "outbox.session": "JSON",
    "reminder_forms.find_people": "a part of a page",
}


def options(person, q=""):
    page = person.browser().get("/find/options", query_string={"q": q}).text
    found = re.findall(r'data-href="([^"]+)"[^>]*><svg.*?</svg><span>(.*?)</span>', page)
    return {text: url for url, text in found}


def test_every_page_that_there_is_can_be_gone_to(app):
    there = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods
        and not rule.arguments
        and not rule.rule.startswith(("/api/v1/", "/db-monitor/"))
        and rule.endpoint not in NOT_OURS
        and not rule.endpoint.startswith("database.")  # its tabs are added as they are
    }
    known = {one.endpoint for one in (*destinations.DO, *destinations.GO)}

    # The mailbox is there in development alone.
    assert there - known - set(NO_PLACES) == set()
    assert {one for one in known - there if not one.startswith(("database.", "mailbox."))} == set()


def test_each_place_that_is_offered_opens(alice):
    accounts.make_superuser(alice.email)
    browser = alice.browser()
    found = options(alice)

    assert len(found) > 25
    assert {url: browser.get(url).status_code for url in found.values()} == dict.fromkeys(
        found.values(), 200
    )


def test_what_one_may_not_see_is_not_offered(alice, charlie, join):
    child = join(alice, charlie, "child")

    assert {"Today", "Settings: profile"} <= set(options(child))
    assert {"New reminder", "Contacts", "Settings: workspace"} & set(options(child)) == set()
    assert {"New reminder", "Contacts", "Settings: workspace"} <= set(options(alice))
    assert "Operations" not in options(alice)


@pytest.fixture
def rent(alice):
    made = alice.api().post(
        "/api/v1/reminders", json={"title": "Pay the rent", "starts_at": "2036-01-01T09:00"}
    )
    return f"/reminders/{made.json['id']}"


def test_reminders_and_contacts_are_found_in_ones_own_workspace(alice, charlie, rent):
    carl = contacts.create(alice.workspace_id, name="Carl Renter", email="carl@example.org")

    found = options(alice, "rent")
    assert found["Pay the rent"] == rent
    assert found["Carl Renter"] == f"/contacts/{carl.id}"
    assert {"Pay the rent", "Carl Renter"} & set(options(charlie, "rent")) == set()


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("dark mode", "profile"),
        ("zone time", "profile"),
        ("telegram", "channels"),
        ("smtp", "senders"),
    ],
)
def test_a_page_is_found_by_what_can_be_done_there(alice, words, place):
    assert f"Settings: {place}" in options(alice, words)


def test_what_is_called_so_comes_first():
    known = [
        Place("c", "The clock", "gear", also="rename"),
        Place("b", "A new name", "gear"),
        Place("a", "Names", "gear"),
        Place("d", "Colours", "gear", also="surname"),
    ]

    assert [one.endpoint for one in destinations.matching(known, "name")] == ["a", "b"]
    assert [one.endpoint for one in destinations.matching(known, "re")] == ["c"]
    assert [one.endpoint for one in destinations.matching(known, "clock rename")] == ["c"]


def test_one_letter_looks_for_no_rows(alice, rent):
    assert "Pay the rent" not in options(alice, "r")
    assert "Calendar" in options(alice, "c")


def test_words_can_be_added_as_they_are(alice):
    found = options(alice, "call mum tomorrow at 9am")

    assert [text for text in found if text.startswith("Quick add")] == [
        "Quick add: “call mum tomorrow at 9am”"
    ]
    page = alice.browser().get(found["Quick add: “call mum tomorrow at 9am”"].replace("&amp;", "&"))
    assert "call mum" in page.text


def test_an_operator_goes_to_the_parts_of_the_database(alice):
    assert "Database: Backups" not in options(alice, "backups")
    accounts.make_superuser(alice.email)
    assert options(alice, "backups")["Database: Backups"] == "/operations/database/backups"


def test_it_is_found_by_the_words_of_ones_language(alice):
    accounts.make_superuser(alice.email)
    db.session.get_one(User, alice.id).locale = "de-AT"
    db.session.commit()

    assert "Einstellungen: Profil" in options(alice, "dunkel")
    assert options(alice, "ruhe")["Einstellungen: Ruhezeiten"] == "/settings/quiet"
    assert options(alice, "neue erinn")["Neue Erinnerung"] == "/reminders/new"
    assert options(alice, "sicherung")["Datenbank: Sicherungen"] == "/operations/database/backups"
    assert "Schnelleingabe: „call mum“" in options(alice, "call mum")


def test_it_is_a_page_too(alice, rent):
    page = alice.browser().get("/find?q=rent").text

    assert f'<a href="{rent}">Pay the rent</a>' in page
    assert "Nothing is called like that" not in page


def test_what_is_typed_is_text(alice):
    page = alice.browser().get("/find/options", query_string={"q": '"><script>x</script>'}).text

    assert "<script>" not in page


def test_it_costs_as_much_for_few_as_for_many(alice, rent, count_queries):
    def cost():
        browser = alice.browser()
        browser.get("/find/options?q=rent")
        with count_queries() as statements:
            browser.get("/find/options?q=rent")
        return len(statements)

    few = cost()
    for number in range(12):
        contacts.create(alice.workspace_id, name=f"Renter {number}", email=f"r{number}@example.org")
        alice.api().post(
            "/api/v1/reminders",
            json={
                "title": f"Rent {number}",
                "starts_at": "2036-01-01T09:00",
                "labels": ["home"],
            },
        )
    assert cost() <= few + 1  # tags are asked for once there is a contact


def test_the_keys_are_a_page_too(alice):
    page = alice.browser().get("/shortcuts").text

    assert "<h1>Keyboard shortcuts</h1>" in page
    assert "<kbd>j</kbd>" in page


@pytest.mark.parametrize(("language", "key"), [("en", "Ctrl"), ("de", "Strg")])
def test_the_keys_are_called_as_a_keyboard_of_the_language_has_them(alice, language, key):
    db.session.get_one(User, alice.id).locale = language
    db.session.commit()
    page = re.sub(r"</?span[^>]*>", "", alice.browser().get("/shortcuts").text)

    assert page.count(f">{key} K</kbd>") == 1
    assert page.count(f"<kbd>{key}</kbd>") == 2  # on the page and in the help
