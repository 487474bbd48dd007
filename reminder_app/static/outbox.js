// What was pressed without a net is kept in this browser until it is sent. Read by the pages and by the worker.
"use strict";

const outbox = (() => {
  const FORGOTTEN = 30 * 86_400_000; // ms after which what nobody came back for goes
  const LOCK = "outbox";

  function opened() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open("outbox", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("acts", { keyPath: "key" });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  async function inStore(mode, work) {
    const base = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const unit = base.transaction("acts", mode);
        const asked = work(unit.objectStore("acts"));
        unit.oncomplete = () => resolve(asked?.result);
        unit.onerror = unit.onabort = () => reject(unit.error);
      });
    } finally {
      base.close();
    }
  }

  const put = (one) => inStore("readwrite", (store) => store.put(one));
  const remove = (key) => inStore("readwrite", (store) => store.delete(key));
  const get = (key) => inStore("readonly", (store) => store.get(key));

  async function all() {
    const found = await inStore("readonly", (store) => store.getAll());
    return found.sort((one, other) => one.pressed_at - other.pressed_at);
  }

  const of = async (person) => (await all()).filter((one) => one.person === person);

  // One act for each occurrence: what is pressed later takes the place of what waits.
  async function keep(act) {
    for (const one of await of(act.person)) {
      if (one.reminder === act.reminder && one.at === act.at) await remove(one.key);
    }
    await put({ ...act, key: crypto.randomUUID(), pressed_at: Date.now() });
  }

  // False when it was sent before: then there is something else to undo.
  const takeBack = (key) =>
    navigator.locks.request(LOCK, async () => {
      const isThere = Boolean(await get(key));
      await remove(key);
      return isThere;
    });

  // Whoever is here now sees no words of others. What waits can be sent without them, once its person is back.
  async function hideFrom(person) {
    const pages = await caches.open("pages");
    const today = await pages.match("/", { ignoreVary: true });
    if (today && today.headers.get("Signed-In") !== person) await pages.delete("/", { ignoreVary: true });
    for (const one of (await all()).filter((one) => one.person !== person)) {
      if (Date.now() - one.pressed_at > FORGOTTEN) await remove(one.key);
      else if (one.title) await put({ ...one, title: "", words: "", refused: one.refused && " " });
    }
  }

  async function forget(person) {
    await hideFrom("nobody");
    for (const one of await of(person)) await remove(one.key);
  }

  async function deliver(one, token) {
    const { key, reminder, at, act, choice, pressed_at: pressedAt } = one;
    const body = { reminder_id: reminder, at, act, for: choice, pressed_at: new Date(pressedAt).toISOString() };
    const headers = { Accept: "application/json", "X-CSRFToken": token, "Idempotency-Key": key };
    const answer = await fetch("/outbox", { method: "POST", headers, body: new URLSearchParams(body) });
    if (answer.ok) return remove(key);
    if (answer.status < 402 || answer.status === 429 || answer.status >= 500) throw new Error(`later: ${answer.status}`);
    return put({ ...one, refused: (await answer.json()).title });
  }

  // Rejects while there is no net, so that the browser tries again.
  const send = () =>
    navigator.locks.request(LOCK, async () => {
      const waiting = (await all()).filter((one) => !one.refused);
      if (!waiting.length) return { tried: 0 };
      const answer = await fetch("/outbox", { headers: { Accept: "application/json" } });
      if (answer.status === 401) {
        await hideFrom("nobody");
        return { tried: 0, isSignedOut: true };
      }
      if (!answer.ok) throw new Error(`later: ${answer.status}`);
      const { person, csrf_token: token } = await answer.json();
      const mine = waiting.filter((one) => one.person === person);
      try {
        for (const one of mine) await deliver(one, token);
      } finally {
        new BroadcastChannel("outbox").postMessage("changed");
      }
      return { tried: mine.length };
    });

  return { of, keep, takeBack, remove, hideFrom, forget, send };
})();
