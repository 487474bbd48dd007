// Shows pushes, and acts on them. The pages do not need it.
"use strict";

const ACTIONS = [
  { action: "done", title: "Done" },
  { action: "60", title: "In an hour" },
];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

function read(event) {
  try {
    return event.data.json();
  } catch {
    return { title: "Reminder App", body: "There is something new.", path: "/", act: "", tag: "" };
  }
}

// A push that shows nothing costs the subscription on some systems: it always shows something.
self.addEventListener("push", (event) => {
  const said = read(event);
  event.waitUntil(
    self.registration.showNotification(said.title, {
      body: said.body,
      tag: said.tag,
      renotify: Boolean(said.tag),
      icon: "/static/favicon.svg",
      data: said,
      actions: said.act ? ACTIONS : [],
    }),
  );
});

async function act(said, what) {
  const body = new URLSearchParams({ act: what });
  const answer = await fetch(said.act, { method: "POST", body, redirect: "manual" });
  return answer.ok || answer.type === "opaqueredirect";
}

async function tell(said) {
  await self.registration.showNotification("That was not saved", {
    body: `${said.title}: open it and try again.`,
    tag: said.tag,
    data: said,
  });
}

async function open(path) {
  const shown = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const here = shown.find((one) => new URL(one.url).pathname === path);
  return here ? here.focus() : self.clients.openWindow(path);
}

self.addEventListener("notificationclick", (event) => {
  const said = event.notification.data ?? { path: "/" };
  event.notification.close();
  if (event.action && said.act) {
    event.waitUntil(
      act(said, event.action)
        .catch(() => false)
        .then((isSaved) => isSaved || tell(said)),
    );
    return;
  }
  const seen = said.act ? act(said, "seen").catch(() => false) : Promise.resolve();
  event.waitUntil(Promise.all([open(said.path), seen]));
});
