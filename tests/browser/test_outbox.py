"""What waits in the browser: never twice, never lost between two tabs, and an undo that says what is true."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import fresh, until
from tests.browser.running import Product
from tests.browser.someone import WAITING, Someone, Wire, go_offline, press_done, row

DENTIST, MUM = "Visit the dentist", "Call mum"
MAY_HAVE = "Done: may have been saved before. The undo waits to be sent."
ONLINE = "dispatchEvent(new Event('online'))"
ACT = "{ person: 'p', reminder: 'r', at: 'then', act: 'done', title: 'Secret', choice: '', words: '' }"


@pytest.fixture
def wire(product: Product) -> Iterator[Wire]:
    wire = Wire(product.port)
    yield wire
    wire.close()


@pytest.fixture
def context(browser: Browser, product: Product, wire: Wire) -> Iterator[BrowserContext]:
    context = fresh(browser, product, base_url=wire.url)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def alice(product: Product, page: Page) -> Someone:
    alice = Someone(product, DENTIST, MUM)
    alice.enters(page)
    return alice


def states(alice: Someone, title: str = DENTIST) -> list[tuple[str, bool]]:
    return [(one["state"], bool(one["snoozed_until"])) for one in alice.occurrences(title)]


def arrives(page: Page) -> None:
    page.evaluate(ONLINE)
    until(page, f"async () => !(await ({WAITING})()).length")
    expect(page.locator(".outbox-part")).to_have_count(0)


def undo(page: Page) -> None:
    row(page, DENTIST).get_by_role("button", name="Undo").click()


def test_an_undo_of_what_may_have_come_is_sent(context, page, alice, wire):
    go_offline(context, page)
    press_done(page, DENTIST)
    wire.lost = re.compile(b"POST /outbox")
    context.set_offline(False)
    page.evaluate(ONLINE)
    until(page, f"async () => (await ({WAITING})()).some(one => one.tried)")
    while states(alice) != [("done", False)]:
        page.wait_for_timeout(20)
    # The server is there again: what is pressed on the kept copy may go with it.
    expect(page.locator("html:not([data-kept-copy])")).to_be_attached()

    undo(page)
    expect(row(page, DENTIST)).to_contain_text(MAY_HAVE)
    expect(page.get_by_text("Taken back: nothing is sent.")).to_have_count(0)
    wire.lost = None
    arrives(page)
    assert states(alice) == [("open", False)]
    expect(row(page, DENTIST).get_by_role("button", name=f"Done: {DENTIST}")).to_be_visible()


def test_a_press_whose_answer_is_lost_may_have_come(context, page, alice, wire):
    page.goto("/")
    wire.lost = re.compile(rb"/done\?|/outbox")
    press_done(page, DENTIST)
    assert states(alice) == [("done", False)]

    undo(page)
    expect(row(page, DENTIST)).to_contain_text(MAY_HAVE)
    wire.lost = None
    arrives(page)
    assert states(alice) == [("open", False)]


def test_a_snooze_whose_answer_is_lost_is_sent_again_and_happens_once(page, alice, wire):
    page.goto("/")
    wire.lost = re.compile(rb"/snooze\?|/outbox")
    row(page, DENTIST).locator("summary").click()
    page.get_by_role("button", name="An hour later").click()
    expect(row(page, DENTIST)).to_contain_text("An hour later: waits to be sent.")
    [before] = alice.occurrences(DENTIST)

    wire.lost = None
    arrives(page)
    assert alice.occurrences(DENTIST) == [before]


def test_what_the_server_fails_at_holds_up_nothing_else(context, page, alice):
    go_offline(context, page)
    press_done(page, DENTIST)
    press_done(page, MUM)
    failing = alice.ids[DENTIST]
    context.route(
        "**/outbox",
        lambda route, asked: (
            route.fulfill(status=500) if failing in (asked.post_data or "") else route.continue_()
        ),
    )
    context.set_offline(False)
    page.evaluate(ONLINE)

    expect(page.locator(".outbox-part")).to_have_count(1)
    assert (states(alice), states(alice, MUM)) == ([], [("done", False)])


def test_what_a_proxy_says_of_a_server_that_is_away_is_no_answer(context, page, alice):
    page.goto("/")
    context.route("**/done?*", lambda route: route.fulfill(status=502))
    press_done(page, DENTIST)
    arrives(page)
    assert states(alice) == [("done", False)]


def test_two_tabs_keep_one_act_of_an_occurrence(page, alice):
    kept = page.evaluate(
        f"""async () => {{
            const acts = ["done", "skip", "done", "skip"].map(act => ({{ ...{ACT}, act }}));
            await Promise.all(acts.map(outbox.keep));
            return (await outbox.of("p")).length;
        }}"""
    )
    assert kept == 1


def test_what_is_taken_back_does_not_come_back_from_another_tab(page, alice):
    """Taken back a little later each time: once it is while the other has read, and not written yet."""
    left = page.evaluate(
        f"""async () => {{
            for (let turn = 0; turn < 100; turn++) {{
                await outbox.keep({ACT});
                const [{{ key }}] = await outbox.of("p");
                const other = outbox.hideFrom("nobody");
                await new Promise(done => setTimeout(done, turn / 10));
                await Promise.all([other, outbox.takeBack(key)]);
                if ((await outbox.of("p")).length) return turn;
            }}
            return "none";
        }}"""
    )
    assert left == "none"
