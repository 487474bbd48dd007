// Push in this browser: asked for by a press, and said again on each visit, as browsers change addresses by themselves.
(() => {
  "use strict";
  const person = document.currentScript.dataset.person;
  const KEPT = `push-key ${person}`;
  const find = (id) => document.getElementById(id);
  const isThere = window.isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

  function bytes(text) {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  }

  function post(path, values) {
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    return fetch(`/settings/channels/${path}`, { method: "POST", headers, body: new URLSearchParams(values) });
  }

  function named() {
    const system = navigator.userAgentData?.platform ?? navigator.platform ?? "";
    const browser = ["Edg", "Firefox", "Chrome", "Safari"].find((name) => navigator.userAgent.includes(name)) ?? "Browser";
    return `${browser === "Edg" ? "Edge" : browser}${system ? `, ${system}` : ""}`.slice(0, 80);
  }

  async function subscribed(key) {
    const registration = await navigator.serviceWorker.register("/sw.js");
    await navigator.serviceWorker.ready;
    const found = await registration.pushManager.getSubscription();
    if (found) return found;
    return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  }

  async function tellServer(subscription) {
    const { endpoint, keys } = subscription.toJSON();
    return post("push", { name: named(), url: endpoint, p256dh: keys.p256dh, auth: keys.auth });
  }

  async function switchOn() {
    if ((await Notification.requestPermission()) !== "granted") return "The browser does not allow it: look at its settings for this site.";
    const { key } = await (await post("push-key", {})).json();
    const answer = await tellServer(await subscribed(key));
    if (!answer.ok) return "That did not work: try again in a minute.";
    localStorage.setItem(KEPT, key);
    location.reload();
    return "Push is on.";
  }

  async function switchOff() {
    localStorage.removeItem(KEPT);
    const registration = await navigator.serviceWorker.getRegistration("/");
    const found = await registration?.pushManager.getSubscription();
    await found?.unsubscribe();
    show();
  }

  function show() {
    if (!find("push")) return;
    const isOn = Boolean(localStorage.getItem(KEPT)) && isThere && Notification.permission === "granted";
    find("push-on").hidden = !isThere || isOn;
    find("push-off").hidden = !isOn;
    find("push-words").textContent = isOn
      ? "Push is on in this browser."
      : isThere
        ? "Off. Your browser will ask you once whether it may."
        : window.isSecureContext
          ? "This browser has no push. On an iPhone, add Reminder App to the home screen first."
          : "Push works only where this site is reached by HTTPS, or at localhost.";
  }

  async function again() {
    const key = localStorage.getItem(KEPT);
    if (!key || !isThere || Notification.permission !== "granted" || sessionStorage.getItem(KEPT)) return;
    sessionStorage.setItem(KEPT, "said");
    await tellServer(await subscribed(key));
  }

  function pressed(action) {
    return async () => {
      try {
        const words = await action();
        if (words) find("push-words").textContent = words;
      } catch {
        find("push-words").textContent = "The browser could not be signed up: its push service may be out of reach.";
      }
    };
  }

  document.addEventListener("DOMContentLoaded", () => {
    show();
    find("push-on")?.addEventListener("click", pressed(switchOn));
    find("push-off")?.addEventListener("click", pressed(switchOff));
    again().catch(() => {});
  });
})();
