// Keeps the keyboard where it was when a row is swapped for its new state, or goes away; and so with the parts of
// quick add.
(() => {
  "use strict";
  const FIRST = "button, a[href], summary";
  let held = null;

  document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
    if (!target.matches(".row-item") || !target.contains(document.activeElement)) return;
    held = { id: target.id, next: target.nextElementSibling ?? target.previousElementSibling };
  });

  document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
    if (target.id === "quick-parts" && document.activeElement === document.body) document.getElementById("quick-text").focus();
    if (!held || document.activeElement !== document.body) return;
    const row = document.getElementById(held.id) ?? held.next ?? document.getElementById("main");
    (row.querySelector(FIRST) ?? row).focus();
    held = null;
  });
})();
