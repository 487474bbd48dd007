// What was pressed without a net is kept in this browser until it is sent. Read by the pages and by the worker.
"use strict";

const outbox = (() => {
  const FORGOTTEN = 30 * 86_400_000; // ms after which what nobody came back for goes
  const LOCK = "outbox"; // of whoever sends
  const PATIENCE = 30_000; // ms; a server that is silent must not hold the lock

  function opened() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open("outbox", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("acts", { keyPath: "key" });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  // `work` gets what is there and the store. One change is one transaction: what another tab or the worker changes
  // comes before it, or after it.
  async function change(work) {
    const base = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const unit = base.transaction("acts", "readwrite");
        const store = unit.objectStore("acts");
        let result;
        store.getAll().onsuccess = ({ target }) => { result = work(target.result, store); };
        unit.oncomplete = () => resolve(result);
        unit.onerror = unit.onabort = () => reject(unit.error);
      });
    } finally {
      base.close();
    }
  }

  const all = () => change((acts) => acts.sort((one, other) => one.pressed_at - other.pressed_at));
  const of = async (person) => (await all()).filter((one) => one.person === person);
  const remove = (key) => change((acts, store) => { store.delete(key); });
  const changeOne = (key, work) => change((acts, store) => {
    const one = acts.find((act) => act.key === key);
    return one && work(one, store);
  });

  // What was tried may have come: its undo takes its place.
  function withdraw(one, store) {
    store.delete(one.key);
    if (one.tried) store.put({ ...one, key: crypto.randomUUID(), undo: true, tried: false });
  }

  // What is pressed later of an occurrence takes the place of what waits.
  const keep = (act) => change((acts, store) => {
    const isSame = (one) => ["person", "reminder", "at"].every((name) => one[name] === act[name]);
    for (const one of acts.filter(isSame)) if (!one.undo) withdraw(one, store);
    store.put({ pressed_at: Date.now(), ...act, key: crypto.randomUUID() });
  });

  // Nothing when it was sent before: then there is something else to undo.
  const takeBack = (key) => changeOne(key, (one, store) => {
    withdraw(one, store);
    return one.tried ? "undoing" : "back";
  });

  // Whoever is here now sees no words of others. What waits can be sent without them, once its person is back.
  async function hideFrom(person) {
    const pages = await caches.open("pages");
    const today = await pages.match("/", { ignoreVary: true });
    if (today && today.headers.get("Signed-In") !== person) await pages.delete("/", { ignoreVary: true });
    await change((acts, store) => {
      for (const one of acts.filter((act) => act.person !== person)) {
        if (Date.now() - one.pressed_at > FORGOTTEN) store.delete(one.key);
        else if (one.title) store.put({ ...one, title: "", words: "", refused: one.refused && " " });
      }
    });
  }

  async function forget(person) {
    await hideFrom("nobody");
    await change((acts, store) => {
      for (const one of acts) if (one.person === person) store.delete(one.key);
    });
  }

  // Noted before it is sent: from here on it may have come, whatever is heard of it.
  const begin = (key) => changeOne(key, (one, store) => {
    store.put({ ...one, tried: true });
    return one;
  });

  const refuse = (key, refused) => changeOne(key, (one, store) => { store.put({ ...one, refused, tried: false }); });

  const ask = (more) => fetch("/outbox", { signal: AbortSignal.timeout(PATIENCE), ...more });

  // False where it has to be sent again.
  async function deliver(key, token) {
    const one = await begin(key);
    if (!one) return true;
    const { reminder, at, act, choice, undo = false, pressed_at: pressedAt } = one;
    const body = { reminder_id: reminder, at, act, for: choice, undo, pressed_at: new Date(pressedAt).toISOString() };
    const headers = { Accept: "application/json", "X-CSRFToken": token, "Idempotency-Key": key };
    const answer = await ask({ method: "POST", headers, body: new URLSearchParams(body) });
    if (answer.ok) await remove(key);
    else if (answer.status < 402 || answer.status === 429 || answer.status >= 500) return false;
    else await refuse(key, (await answer.json()).title);
    return true;
  }

  // Rejects while there is no net, so that the browser tries again.
  const send = () =>
    navigator.locks.request(LOCK, async () => {
      const waiting = (await all()).filter((one) => !one.refused);
      if (!waiting.length) return { tried: 0 };
      const answer = await ask({ headers: { Accept: "application/json" } });
      if (answer.status === 401) {
        await hideFrom("nobody");
        return { tried: 0, isSignedOut: true };
      }
      if (!answer.ok) throw new Error(`later: ${answer.status}`);
      const { person, csrf_token: token } = await answer.json();
      const mine = waiting.filter((one) => one.person === person);
      let isLeft = false;
      try {
        for (const one of mine) isLeft = !(await deliver(one.key, token)) || isLeft;
      } finally {
        new BroadcastChannel("outbox").postMessage("changed");
      }
      if (isLeft) throw new Error("later");
      return { tried: mine.length };
    });

  return { of, keep, takeBack, remove, hideFrom, forget, send };
})();
