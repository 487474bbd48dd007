// Shows pushes and acts on them, keeps Today for when there is no net, and sends what was pressed meanwhile.
// The pages do not need it. Served together with outbox.js as /sw.js.

const PAGES = "pages";
const FILES = "files";
const TODAY = "/";
const OFFLINE = "/offline";
const LONGEST_KEPT = 7 * 86_400_000; // ms
const AWAY = [502, 504]; // a proxy's word for a server that is not there

self.addEventListener("install", (event) => {
  self.skipWaiting();
  // A worker without an offline page still shows pushes.
  event.waitUntil(keepOfflinePage().catch(() => {}));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// One after the other: who signs out must not be overtaken by the page that is being kept.
let last = Promise.resolve();
let whose;

function inTurn(work) {
  last = last.then(work).catch(() => {});
  return last;
}

function filesOf(html) {
  const found = html.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g);
  return [...found].map(([, path]) => path.replaceAll("&amp;", "&"));
}

async function keep(path, answer) {
  const files = await caches.open(FILES);
  for (const file of filesOf(await answer.clone().text())) {
    if (!(await files.match(file))) await files.add(file);
  }
  const pages = await caches.open(PAGES);
  await pages.put(path, answer);
}

const languageOf = (answer) => answer?.headers.get("Content-Language");
const offlinePage = () => caches.match(OFFLINE, { cacheName: PAGES, ignoreVary: true });

// It is for everybody, and so is asked for as nobody: in the language of the page that was seen last.
async function keepOfflinePage(language) {
  const spoken = language ?? languageOf(await offlinePage());
  const answer = await fetch(spoken ? `${OFFLINE}?lang=${spoken}` : OFFLINE, { credentials: "omit" });
  if (answer.ok) await keep(OFFLINE, answer);
}

// Files of an earlier version, which no kept page asks for any more.
async function dropOldFiles() {
  const pages = await caches.open(PAGES);
  const kept = await Promise.all((await pages.keys()).map(async (one) => (await pages.match(one, { ignoreVary: true })).text()));
  const wanted = new Set(kept.flatMap(filesOf).map((file) => new URL(file, location.origin).href));
  const files = await caches.open(FILES);
  for (const file of await files.keys()) {
    if (!wanted.has(file.url)) await files.delete(file);
  }
}

async function note(path, answer, isToKeep) {
  const signedIn = answer.headers.get("Signed-In");
  if (!signedIn) return;
  if (signedIn !== whose) await outbox.hideFrom(signedIn);
  whose = signedIn;
  const isOther = languageOf(answer) !== languageOf(await offlinePage());
  if (isOther) await keepOfflinePage(languageOf(answer));
  if (signedIn === "no") return;
  if (isToKeep) await keepPage(path, answer);
  else if (isOther) await keepToday();
}

async function keepPage(path, answer) {
  const files = await caches.open(FILES);
  const isNewer = !(await Promise.all(filesOf(await answer.clone().text()).map((file) => files.match(file)))).every(Boolean);
  await keep(path, answer);
  if (isNewer) await keepOfflinePage();
  await dropOldFiles();
}

async function copy(path) {
  const kept = await caches.match(path, { cacheName: PAGES, ignoreVary: true });
  if (!kept) return undefined;
  const isOld = Date.now() - Date.parse(kept.headers.get("Date")) > LONGEST_KEPT;
  if (path === TODAY && isOld) return undefined;
  const headers = new Headers(kept.headers);
  headers.delete("Content-Encoding");
  return new Response((await kept.text()).replace("<html ", "<html data-kept-copy "), { headers });
}

async function page(event, path) {
  try {
    const answer = await fetch(event.request);
    if (AWAY.includes(answer.status)) throw new Error("the server is away");
    const isToKeep = path === TODAY && answer.ok;
    const seen = isToKeep ? answer.clone() : answer;
    event.waitUntil(inTurn(() => note(path, seen, isToKeep)));
    return answer;
  } catch {
    await last;
    return (path === TODAY && (await copy(TODAY))) || (await copy(OFFLINE)) || Response.error();
  }
}

async function file(request) {
  return (await caches.match(request, { cacheName: FILES })) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/") && url.searchParams.has("v")) event.respondWith(file(request));
  else if (request.mode === "navigate" && request.destination === "document") event.respondWith(page(event, url.pathname));
});

// From the first page, which was there before the worker was.
async function keepToday() {
  const answer = await fetch(TODAY);
  await note(TODAY, answer, answer.ok && !answer.redirected);
}

self.addEventListener("message", (event) => {
  if (event.data === "keep today") event.waitUntil(inTurn(keepToday));
});
self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(outbox.send());
});

function read(event) {
  try {
    return event.data.json();
  } catch {
    return { title: "Reminder App", path: "/", act: "", tag: "" };
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
      actions: said.actions ?? [],
    }),
  );
});

async function act(said, what) {
  const body = new URLSearchParams({ act: what });
  const answer = await fetch(said.act, { method: "POST", body, redirect: "manual" });
  return answer.ok || answer.type === "opaqueredirect";
}

async function tell(said) {
  await self.registration.showNotification(said.refused.title, {
    body: said.refused.body,
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
