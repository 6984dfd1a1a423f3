// A page of the timeline: timing, focus, sending (also through a broken network), countdown, heartbeat.
import { Outbox } from "./outbox.js";
import { watch } from "./interactions.js";
import { startCountdown } from "./countdown.js";
import { startHeartbeat } from "./heartbeat.js";
import { Sender } from "./sender.js";

const form = document.getElementById("page-form");
const main = document.querySelector("main");

function whole(milliseconds) {
  return String(Math.round(milliseconds));
}

function focusStart() {
  const target = document.getElementById("errors") || document.getElementById("title");
  if (target && !document.querySelector("[data-jspsych]")) target.focus({ preventScroll: target.id === "title" });
}

function recordTiming() {
  const shown = performance.now();
  form.elements.client_shown.value = whole(shown);
  const first = () => {
    if (!form.elements.client_first_action.value) form.elements.client_first_action.value = whole(performance.now());
  };
  for (const kind of ["input", "pointerdown", "keydown"]) main.addEventListener(kind, first, { capture: true });
}

if (form) {
  const life = new AbortController();  // ends when the page is shown anew with what was wrong
  const outbox = new Outbox(form, life.signal);
  const sender = new Sender(form, outbox, life);
  recordTiming();
  watch(main, outbox, life.signal);
  startHeartbeat(form.dataset.heartbeat, (online) => sender.noteConnection(online), life.signal);
  startCountdown(form, () => sender.send({ timedOut: true }), life.signal);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sender.send({ timedOut: false });
  });
  window.machina = { outbox, submit: () => form.requestSubmit() };
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload(), { signal: life.signal });
  form.dataset.ready = "yes";
  document.dispatchEvent(new CustomEvent("machina:ready"));
  focusStart();
}
