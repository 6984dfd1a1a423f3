// A page of the timeline: timing, focus, sending (also through a broken network), countdown, heartbeat.
import { Outbox } from "./outbox.js";
import { watch } from "./interactions.js";
import { startCountdown } from "./countdown.js";
import { startHeartbeat } from "./heartbeat.js";
import { Sender } from "./sender.js";

const form = document.getElementById("page-form");

function whole(milliseconds) {
  return String(Math.round(milliseconds));
}

function focusStart() {
  const target = document.getElementById("errors") || document.getElementById("title");
  if (target && !form.querySelector("[data-jspsych]")) target.focus({ preventScroll: target.id === "title" });
}

function recordTiming() {
  const shown = performance.now();
  form.elements.client_shown.value = whole(shown);
  const first = () => {
    if (!form.elements.client_first_action.value) form.elements.client_first_action.value = whole(performance.now());
  };
  for (const kind of ["input", "pointerdown", "keydown"]) form.addEventListener(kind, first, { capture: true });
}

if (form) {
  const outbox = new Outbox(form);
  const sender = new Sender(form, outbox);
  recordTiming();
  watch(form, outbox);
  startHeartbeat(form.dataset.heartbeat, (online) => sender.noteConnection(online));
  startCountdown(form, () => sender.send({ timedOut: true }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sender.send({ timedOut: false });
  });
  window.machina = { outbox, submit: () => form.requestSubmit() };
  form.dataset.ready = "yes";
  document.dispatchEvent(new CustomEvent("machina:ready"));
  focusStart();
}
