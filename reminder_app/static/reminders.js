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

// Whoever writes to clients is seldom to be reminded as well: a new form takes "Me" away then, unless it was pressed by hand.
// Payments and notices of a business are for its clients; a deadline may be one's own (form_pages.py has the same rule).
(() => {
  "use strict";
  const form = document.querySelector(".reminder-form[data-me]");
  let isChosen = false;
  form?.addEventListener("change", ({ target: { name, value } }) => {
    if (name === "recipients" && value === "me") isChosen = true;
    if (isChosen || !["kind", "recipients"].includes(name)) return;
    const kind = form.querySelector('[name="kind"]:checked')?.value ?? "personal";
    const client = form.querySelector('[name="recipients"][value^="contact:"]:checked');
    const isOfFirm = form.dataset.me === "business" && ["payment", "notice"].includes(kind);
    form.querySelector('[name="recipients"][value="me"]').checked = kind === "personal" || !(client || isOfFirm);
  });
})();
