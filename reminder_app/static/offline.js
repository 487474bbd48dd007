// Without a net: Done, Skip and Snooze are kept, shown as waiting, and sent later. And the offer to install.
(() => {
  "use strict";
  const { person } = document.currentScript.dataset;
  const ACT = /^\/reminders\/([0-9a-f-]{36})\/(done|skip|snooze)$/;
  const AGAIN = 20_000; // ms
  const PATIENCE = 10_000; // ms
  const AWAY = [502, 504]; // a proxy's word for a server that is not there
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isCopy = () => document.documentElement.hasAttribute("data-kept-copy");
  const box = find("#outbox");
  const words = box?.dataset ?? {};
  const say = (message) => document.dispatchEvent(new CustomEvent("toast", { detail: { message } }));
  // navigator.onLine knows the machine's net, and not a server on it or beside it.
  const isReachable = () => fetch("/health/live", { signal: AbortSignal.timeout(PATIENCE) }).then((answer) => answer.ok, () => false);
  const filled = (text, what) => text.replace("{what}", what);

  function part(name, text, press) {
    const made = find(`#outbox-${name}`).content.cloneNode(true).firstElementChild;
    find("span", made).textContent = text;
    if (press) find("button", made).addEventListener("click", press);
    else find("button", made).remove();
    return made;
  }

  function whatOf(one) {
    return one.act === "snooze" ? one.words || words.snooze : words[one.act];
  }

  function showWaiting(one) {
    const text = filled(one.undo ? words.undoes : words.waits, whatOf(one));
    const press = one.undo ? null : () => takeBack(one);
    const row = document.getElementById(`reminder-${one.reminder}`);
    if (!row) return find("ul", box).append(part("line", `${one.title} ${text}`, press));
    row.classList.add("is-waiting");
    find(".row-body", row).append(part("row", text, press));
  }

  function showRefused(one) {
    const text = filled(one.undo ? words.refusedUndo : words.refused, whatOf(one));
    const line = part("refused", `${text} ${one.refused}`, () => outbox.remove(one.key).then(show));
    find("a", line).href = `/reminders/${one.reminder}`;
    if (one.title) find("a", line).textContent = one.title;
    find("ul", box).append(line);
  }

  // Drawn anew each time: what it was before does not matter.
  let drawing = Promise.resolve();
  function show() {
    drawing = drawing.then(draw, draw);
    return drawing;
  }

  async function draw() {
    const kept = await outbox.of(person);
    all(".outbox-part").forEach((made) => made.remove());
    all(".is-waiting").forEach((row) => row.classList.remove("is-waiting"));
    for (const one of kept) (one.refused ? showRefused : showWaiting)(one);
    box.hidden = !find("li", box) && find("#outbox-signed-out").hidden;
  }

  async function takeBack(one) {
    const how = (await outbox.takeBack(one.key)) ?? "gone";
    await show();
    say(words[how]);
    find(`#reminder-${one.reminder} ${how === "undoing" ? "a" : "button"}`)?.focus();
    if (how === "undoing") send();
  }

  let again;
  async function send() {
    clearTimeout(again);
    try {
      const { tried, isSignedOut } = await outbox.send();
      find("#outbox-signed-out").hidden = !isSignedOut;
      await show();
      if (isCopy() && !(await isReachable())) throw new Error("later");
      if (tried || isCopy()) refresh();
    } catch {
      sendLater();
    }
  }

  async function sendLater() {
    clearTimeout(again);
    again = setTimeout(send, AGAIN);
    const worker = await navigator.serviceWorker.ready;
    await worker.sync?.register("outbox").catch(() => {});
  }

  // What is being typed stays.
  function refresh() {
    const list = find("[data-fresh]");
    if (isCopy() && !find("#quick-text")?.value) location.reload();
    else if (list) htmx.ajax("GET", location.href, { target: list, select: "[data-fresh]", swap: "outerHTML" });
  }

  // `sent`: what is known of a first try, by onSend.
  async function keep(address, choice, chosen, row, sent) {
    const { pathname, searchParams } = new URL(address, location.href);
    const [, reminder, act] = ACT.exec(pathname);
    const title = find(".row-title", row ?? document)?.textContent ?? find("h1").textContent;
    const hadFocus = row?.contains(document.activeElement);
    await outbox.keep({ person, reminder, act, at: searchParams.get("at"), choice, words: chosen, title: title.trim(), ...sent });
    await show();
    if (hadFocus) find(".outbox-part button", row)?.focus();
    say(words.kept);
    sendLater();
  }

  const isAct = (address) => ACT.test(new URL(address, location.href).pathname);
  const wordsOf = (button) => (button?.name === "for" ? button.textContent.trim() : "");

  // What has left the browser whole may have come, though no answer did.
  const sends = new WeakMap();
  function onSend({ detail: { xhr, requestConfig } }) {
    if (!isAct(requestConfig.path)) return;
    const sent = { pressed_at: Date.now(), tried: false };
    sends.set(xhr, sent);
    xhr.upload.addEventListener("load", () => { sent.tried = true; });
  }

  function onSendError(event) {
    const { xhr, requestConfig: { path, formData, triggeringEvent } } = event.detail;
    if (!isAct(path)) return;
    event.stopImmediatePropagation();
    const row = event.detail.elt.closest(".row-item");
    all("details[open]", row ?? document).forEach((menu) => { menu.open = false; });
    keep(path, formData.get("for") ?? "", wordsOf(triggeringEvent?.submitter), row, sends.get(xhr));
  }

  // A page that the browser leaves for one of its own would lose what was typed.
  function onSubmit(event) {
    const { target: form, submitter } = event;
    if (form.method !== "post") return;
    if (form.getAttribute("action") === "/sign-out") return void signOut(event, form);
    if (navigator.onLine || form.dataset.reachable || form.closest("[hx-post]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    isReachable().then((isThere) => (isThere ? submit(form, submitter) : stay(form, submitter)));
  }

  function submit(form, submitter) {
    form.dataset.reachable = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.reachable;
  }

  function stay(form, submitter) {
    const address = submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href;
    if (isAct(address)) keep(address, wordsOf(submitter) && submitter.value, wordsOf(submitter), null);
    else say(words.notSent);
  }

  async function signOut(event, form) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!form.dataset.warned) {
      await send();
      if ((await outbox.of(person)).length) {
        form.dataset.warned = "yes";
        return say(words.leaves);
      }
    }
    await outbox.forget(person);
    if (await isReachable()) form.submit();
    else say(words.still);
  }

  async function showNet() {
    find("#offline-now").hidden = navigator.onLine || isCopy() || (await isReachable());
  }

  function start() {
    const isFirst = !navigator.serviceWorker.controller;
    navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready).then((found) => {
      if (isFirst) found.active.postMessage("keep today");
    }).catch(() => {});
    document.addEventListener("htmx:beforeSend", onSend, true);
    document.addEventListener("htmx:sendError", onSendError, true);
    document.addEventListener("htmx:responseError", (event) => AWAY.includes(event.detail.xhr.status) && onSendError(event), true);
    document.addEventListener("submit", onSubmit, true);
    document.addEventListener("htmx:afterSettle", show);
    new BroadcastChannel("outbox").addEventListener("message", () => show().then(refresh));
    addEventListener("online", () => { showNet(); send(); });
    addEventListener("offline", showNet);
    if (isCopy()) {
      all(".flashes").forEach((made) => made.replaceChildren());
      const at = find("#copy-note time");
      const isToday = new Date(at.dateTime).toDateString() === new Date().toDateString();
      find("#copy-note [data-day]").hidden = isToday;
    }
    showNet();
    show();
    if (isCopy()) sendLater();
    else send();
  }

  // On the offline page: what was asked for comes by itself.
  function waitForNet() {
    const look = async () => (await isReachable()) && location.reload();
    addEventListener("online", look);
    setInterval(look, AGAIN);
  }

  // The browser's own offer would stand across the page: ours waits in Settings.
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    const button = find("#install-now");
    if (!button) return;
    button.hidden = false;
    find("#install-words").hidden = true;
    button.onclick = () => event.prompt();
  });
  addEventListener("appinstalled", () => all("#install").forEach((card) => { card.hidden = true; }));
  if (matchMedia("(display-mode: standalone)").matches) all("#install").forEach((card) => { card.hidden = true; });

  if (!window.isSecureContext || !navigator.serviceWorker) return;
  if (box) start();
  else if (isCopy()) waitForNet();
})();
