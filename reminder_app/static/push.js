// Push in this browser: asked for by a press, and said again on each visit, as browsers change addresses by themselves.
(() => {
  "use strict";
  const person = document.currentScript.dataset.person;
  const KEPT = `push-key ${person}`;
  const find = (id) => document.getElementById(id);
  const isThere = window.isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

  // The page has the words (components/push.html).
  function tell(word) {
    find("push-words").textContent = find("push-words").dataset[word];
  }

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
    if ((await Notification.requestPermission()) !== "granted") return "denied";
    const { key } = await (await post("push-key", {})).json();
    const answer = await tellServer(await subscribed(key));
    if (!answer.ok) return "failed";
    localStorage.setItem(KEPT, key);
    location.reload();
    return "on";
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
    tell(isOn ? "on" : isThere ? "off" : window.isSecureContext ? "none" : "insecure");
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
        const word = await action();
        if (word) tell(word);
      } catch {
        tell("unreachable");
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
