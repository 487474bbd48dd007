// Keys: off while typing, and off for good when the person says so (some speech input types single keys).
(() => {
  "use strict";
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isOff = () => localStorage.getItem("shortcuts") === "off";
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable], dialog[open]");
  const help = () => find("#shortcuts")?.showModal();
  let lastKey = "";

  function follow(selector) {
    const link = find(selector);
    if (link) location.assign(link.href);
  }

  const rowHere = () => document.activeElement.closest("main .row-item");

  function move(step) {
    const rows = all("main .row-item");
    const at = rows.indexOf(rowHere());
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (next) (find(".row-title a", next) ?? find("a, button", next))?.focus();
  }

  // Of the row one is at, else of the page: never of the first row of a list that nobody has chosen.
  function press(key) {
    const row = rowHere();
    const found = all(`[data-key="${key}"]`, row ?? find("#main")).find((one) => one.closest(".row-item") === row);
    if (!found || found.closest(".is-waiting")) return;
    const menu = found.closest("details");
    if (found.matches("form")) found.requestSubmit();
    else if (menu && !found.href) {
      menu.open = true;
      found.focus();
    } else found.click();
  }

  function undo() {
    const last = all(".flashes form button, .outbox-part button[data-undo], .toast-note form:not([hidden]) button").pop();
    last?.click();
  }

  const actions = {
    "/": () => (find("[data-search]") ? find("[data-search]").focus() : find("[data-palette]")?.click()),
    "?": help,
    n: () => follow("[data-new]"),
    q: () => find("[data-quick-add]")?.focus(),
    j: () => move(1),
    k: () => move(-1),
    d: () => press("d"),
    s: () => press("s"),
    e: () => press("e"),
    z: undo,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isOff() || isTyping(event.target)) return;
    if (event.repeat && !/^[jk]$/.test(event.key)) return;
    const isGo = lastKey === "g" && /^[a-z]$/.test(event.key);
    const action = isGo ? () => follow(`[data-go="${event.key}"]`) : actions[event.key];
    lastKey = event.key;
    if (!action) return;
    event.preventDefault();
    action();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-shortcuts]")) help();
  });

  const ticks = all("[data-shortcuts-on]");
  for (const tick of ticks) {
    tick.checked = !isOff();
    tick.addEventListener("change", () => {
      localStorage.setItem("shortcuts", tick.checked ? "on" : "off");
      for (const other of ticks) other.checked = tick.checked;
    });
  }
})();
