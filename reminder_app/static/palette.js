// The palette: a field whose options the server finds. Follows the combobox pattern of the ARIA practices.
(() => {
  "use strict";
  const palette = document.getElementById("palette");
  if (!palette) return;
  const field = document.getElementById("palette-text");
  const list = document.getElementById("palette-list");
  const count = document.getElementById("palette-count");
  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => options().findIndex((one) => one.id === field.getAttribute("aria-activedescendant"));
  // Of what is typed now, nothing may have come back yet: Enter then waits for it.
  let isBehind = false;
  let isEntered = false;

  function choose(at) {
    const found = options();
    found.forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
    if (!found[at]) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", found[at].id);
    found[at].scrollIntoView({ block: "nearest" });
  }

  function go(option) {
    isEntered = false;
    if (!option) return;
    palette.close();
    location.assign(option.dataset.href);
  }

  function open() {
    document.querySelectorAll("[popover]:popover-open").forEach((sheet) => sheet.hidePopover());
    field.value = "";
    isEntered = false;
    if (!palette.open) palette.showModal();
    field.focus();
    ask();
  }

  function ask() {
    isBehind = true;
    htmx.trigger(field, "palette-open");
  }

  field.addEventListener("input", () => { isBehind = true; });
  // Not as a toast: those stand below what is modal.
  field.addEventListener("htmx:sendError", (event) => {
    event.stopPropagation();
    count.textContent = count.dataset.away;
    count.classList.remove("visually-hidden");
  });
  list.addEventListener("htmx:afterSwap", () => {
    isBehind = false;
    field.setAttribute("aria-expanded", String(options().length > 0));
    count.classList.add("visually-hidden");
    count.textContent = list.querySelector("[data-count]").dataset.count;
    choose(0);
    if (isEntered) go(options()[0]);
  });

  field.addEventListener("keydown", (event) => {
    const number = options().length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && number && !event.isComposing) {
      event.preventDefault();
      choose((chosen() + step + number) % number);
    }
  });
  palette.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (isBehind) isEntered = true;
    else go(options()[chosen()]);
  });
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
  list.addEventListener("pointermove", (event) => {
    const at = options().indexOf(event.target.closest("[role=option]"));
    if (at >= 0 && at !== chosen()) choose(at);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-palette]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (palette.open) palette.close();
    else open();
  });
  if (/Mac|iPhone|iPad/.test(navigator.platform)) {
    document.querySelectorAll("[data-ctrl]").forEach((key) => { key.textContent = "⌘"; });
  }
})();
