// What people do on a page besides answering: leaving it, pasting, copying, the first touch of a field, how they type.
const RHYTHM_EVERY = 10000;

function fieldOf(event) {
  const target = event.target;
  return target && target.name ? target.name : "";
}

function watchPage(outbox, signal) {
  window.addEventListener("focus", () => outbox.record("focus"), { signal });
  window.addEventListener("blur", () => outbox.record("blur"), { signal });
  document.addEventListener("visibilitychange", () => outbox.record("visibility", { state: document.visibilityState }), { signal });
  let pending;
  window.addEventListener("resize", () => {
    clearTimeout(pending);
    pending = setTimeout(() => outbox.record("resize", { width: innerWidth, height: innerHeight }), 500);
  }, { signal });
}

function watchClipboard(main, outbox, signal) {
  main.addEventListener("paste", (event) => {
    const text = event.clipboardData ? event.clipboardData.getData("text") : "";
    outbox.record("paste", { field: fieldOf(event), length: text.length });
  });
  document.addEventListener("copy", () => outbox.record("copy", { length: String(getSelection()).length }), { signal });
}

function watchFields(main, outbox) {
  const touched = new Set();
  main.addEventListener("input", (event) => {
    const field = fieldOf(event);
    if (!field || touched.has(field)) return;
    touched.add(field);
    outbox.record("first_input", { field });
  });
  main.addEventListener("toggle", (event) => {
    if (event.target.tagName === "DETAILS") outbox.record(event.target.open ? "expand" : "collapse", { label: event.target.querySelector("summary").textContent.trim().slice(0, 80) });
  }, { capture: true });
}

// Coarse on purpose: how many keys and corrections per field in ten seconds, never which keys.
function watchRhythm(main, outbox, signal) {
  let counts = {};
  main.addEventListener("keydown", (event) => {
    const field = fieldOf(event);
    if (!field || !event.target.matches("input[type=text], textarea")) return;
    const count = (counts[field] ||= { keys: 0, corrections: 0 });
    if (event.key === "Backspace" || event.key === "Delete") count.corrections += 1;
    else if (event.key.length === 1) count.keys += 1;
  });
  const tell = () => {
    if (Object.keys(counts).length) outbox.record("keys", { fields: counts });
    counts = {};
  };
  const timer = setInterval(tell, RHYTHM_EVERY);
  signal.addEventListener("abort", () => clearInterval(timer));
  main.addEventListener("submit", tell, { capture: true });
}

// Browsers that a program steers say so themselves, if nobody hid it.
function watchAutomation(outbox) {
  if (navigator.webdriver) outbox.record("automation", { flag: "webdriver" });
}

export function watch(main, outbox, signal) {
  watchAutomation(outbox);
  watchPage(outbox, signal);
  watchClipboard(main, outbox, signal);
  watchFields(main, outbox);
  watchRhythm(main, outbox, signal);
}
