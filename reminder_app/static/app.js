// What the pages cannot say in HTML: toasts, copy buttons, menus that close. Every page works without it.
(() => {
  "use strict";
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Toasts: the server sends HX-Trigger: {"toast": {"message": "...", "undo_url": "..."}}.
  // What is said already is said anew, not twice; but each act keeps its undo.
  function toast({ message, undo_url: undoUrl }) {
    all("#toasts > *").filter((note) => find("p", note).textContent === message && find("form", note).hidden).forEach((note) => note.remove());
    const note = find("#toast-template").content.cloneNode(true).firstElementChild;
    find("p", note).textContent = message;
    if (undoUrl) {
      const form = find("form", note);
      form.action = undoUrl;
      form.hidden = false;
    }
    find("button[type=button]", note).addEventListener("click", () => note.remove());
    find("#toasts").append(note);
    leaveWhenIdle(note, undoUrl ? 12000 : 6000);
  }

  function leaveWhenIdle(note, delay) {
    setTimeout(() => {
      if (note.matches(":hover, :focus-within")) leaveWhenIdle(note, 2000);
      else note.remove();
    }, delay);
  }

  const words = find("#toasts").dataset;

  document.addEventListener("toast", (event) => toast(event.detail.value ?? event.detail));
  document.addEventListener("htmx:sendError", () => toast({ message: words.unreachable }));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
    else toast({ message: { 429: words.tooFast, 503: words.away }[status] ?? words.failed });
  });

  // Menus: <details> opens by itself; here it also closes on Escape and on a click elsewhere.
  function closeMenus(except) {
    all("details.menu[open]").filter((menu) => menu !== except).forEach((menu) => { menu.open = false; });
  }

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    find("summary", menu).focus();
  });

  async function copy(button) {
    await navigator.clipboard.writeText(find("code", button.parentElement).textContent);
    toast({ message: words.copied });
  }

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details.menu"));
    const copyButton = event.target.closest("[data-copy]");
    if (copyButton) copy(copyButton);
    if (event.target.matches("dialog") || event.target.closest("[data-close]")) event.target.closest("dialog").close();
  });

  // A form sent twice by a double click is sent once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  // What was taken from the browser at sign-up: its time zone and language.
  function prepare(root) {
    all(".needs-js", root).forEach((element) => { element.hidden = false; });
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    all("[data-browser-zone]", root).filter((input) => !input.value).forEach((input) => { input.value = zone; });
    all("[data-browser-locale]", root).filter((input) => !input.value).forEach((input) => { input.value = navigator.language; });
  }

  prepare(document);
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt.parentElement ?? document));
  find("[data-error-summary]")?.focus();
})();
