"""A person of their own with a browser, as the tests without a net use them, and a wire that can be cut."""

import contextlib
import re
import socket
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import sign_in, until
from tests.browser.running import ANSWER_SECONDS, Product, call

PASSWORD = "a long enough password"
# The worker keeps Today once it is there: what it has is the event that all of this waits for.
KEPT = """async () => {
    const kept = await caches.match("/", { cacheName: "pages", ignoreVary: true });
    return kept ? kept.text() : "";
}"""
WAITING = """() => new Promise(done => {
    indexedDB.open("outbox", 1).onsuccess = ({ target: { result } }) => {
        if (!result.objectStoreNames.length) return done([]);
        result.transaction("acts").objectStore("acts").getAll().onsuccess = ({ target }) => {
            result.close();
            done(target.result);
        };
    };
})"""


class Someone:
    """A person with a browser of theirs, and their own word for what the server holds."""

    def __init__(self, product: Product, *titles: str) -> None:
        self.product = product
        self.email = f"offline-{uuid4().hex}@example.org"
        product.flask("accounts", "create-user", self.email, "--password-stdin", typed=PASSWORD)
        told = product.flask("accounts", "create-token", self.email)
        self.token = told.strip().splitlines()[-1]
        self.ids = {title: self.remind(title) for title in titles}

    def remind(self, title: str) -> str:
        later = datetime.now(UTC) + timedelta(hours=20)
        asked = {
            "title": title,
            "starts_at": later.replace(microsecond=0, tzinfo=None).isoformat(),
            "time_zone": "UTC",
        }
        return str(call(self.product, self.token, "/api/v1/reminders", asked)["id"])

    def occurrences(self, title: str) -> list[dict[str, Any]]:
        path = f"/api/v1/reminders/{self.ids[title]}/occurrences"
        found: list[dict[str, Any]] = call(self.product, self.token, path)["items"]
        return found

    def enters(self, page: Page) -> None:
        """Until Today is kept, with all that is on it."""
        sign_in(page, self.email, PASSWORD)
        until(
            page,
            f"async () => {{ const html = await ({KEPT})(); return {list(self.ids)}.every(one => html.includes(one)); }}",
        )
        until(page, "() => navigator.serviceWorker.controller !== null")


def hang_up(end: socket.socket) -> None:
    """Closing alone would wait for the thread that reads from it."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


class Wire:
    """Between browser and server. What `lost` is found in reaches the server, and its answer nobody."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.lost: re.Pattern[bytes] | None = None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.join, args=(near,), daemon=True).start()

    def join(self, near: socket.socket) -> None:
        far = socket.create_connection(("127.0.0.1", self.port), timeout=ANSWER_SECONDS)
        is_lost = threading.Event()
        threading.Thread(target=self.answer, args=(far, near, is_lost), daemon=True).start()
        try:
            while data := near.recv(65536):
                if self.lost and self.lost.search(data):
                    is_lost.set()
                far.sendall(data)
        except OSError:
            pass
        finally:
            hang_up(far)

    def answer(self, far: socket.socket, near: socket.socket, is_lost: threading.Event) -> None:
        try:
            while (data := far.recv(65536)) and not is_lost.is_set():
                near.sendall(data)
        except OSError:
            pass
        finally:
            hang_up(near)

    def close(self) -> None:
        hang_up(self.listener)


def row(page: Page, title: str) -> Locator:
    return page.locator(".row-item").filter(has_text=title)


def go_offline(context: BrowserContext, page: Page) -> None:
    context.set_offline(True)
    page.goto("/")
    expect(page.locator("#copy-note")).to_be_visible()


def press_done(page: Page, title: str) -> None:
    row(page, title).get_by_role("button", name=f"Done: {title}").click()
    expect(row(page, title)).to_contain_text("Done: waits to be sent.")


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Signed in:").click()
    page.get_by_role("button", name="Sign out").click()
