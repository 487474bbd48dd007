"""The operator's drawings: drawn under our content security policy, with the same figures beside them."""

import time

from playwright.sync_api import Page

from tests.browser.conftest import DEMO, NARROW, fresh, listen, sign_in

WRITTEN_WITHIN = 30  # seconds; each process writes its figures every ten
IS_DRAWN = """canvas => {
    const { width, height } = canvas;
    const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
    return pixels.some((value, at) => at % 4 === 3 && value > 0);
}"""


def test_load_is_drawn_and_told_as_a_table(browser, product, operator_password):
    context = fresh(browser, product, viewport=NARROW, color_scheme="dark")
    page = context.new_page()
    complaints = listen(page)
    sign_in(page, DEMO, operator_password)
    wait_for_figures(page)

    for canvas in page.locator("figure.chart canvas").all():
        assert canvas.evaluate(IS_DRAWN)
        assert canvas.get_attribute("aria-label")
    page.get_by_text("Statements a minute as a table").click()
    assert page.get_by_role("region", name="Statements a minute").locator("tbody tr").count() == 60
    page.emulate_media(color_scheme="light")
    assert page.locator("figure.chart canvas").first.evaluate(IS_DRAWN)
    context.close()

    assert complaints == []


def wait_for_figures(page: Page) -> None:
    until = time.monotonic() + WRITTEN_WITHIN
    while time.monotonic() < until:
        page.goto("/operations/database")
        if page.locator("figure.chart").count():
            return
        time.sleep(1)
    raise AssertionError("no process has written its figures")
