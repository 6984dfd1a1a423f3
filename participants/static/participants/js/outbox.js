// Interactions on their way to the server: numbered, kept in the browser until acknowledged, sent again until they are.
const LARGEST_BATCH = 200;
const MOST_KEPT = 5000;
const LONGEST_WAIT = 30000;
const FIRST_WAIT = 2000;

const EPOCH = Date.UTC(2026, 0, 1);

// Numbers go up even where this browser's memory was emptied, or the session goes on elsewhere: they start at the clock.
function firstNumber() {
  return Math.max(1, Math.floor((Date.now() - EPOCH) / 1000));
}

// The address holds the session's token, which shall not lie in the browser's storage in plain: its digest will do.
function digest(text) {
  let hash = 0xcbf29ce484222325n;
  for (const sign of text) hash = ((hash ^ BigInt(sign.codePointAt(0))) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16);
}

class Shelf {
  constructor(key) {
    this.key = key;
    this.memory = { next: firstNumber(), entries: [] };
  }

  read() {
    if (this.onlyMemory) return this.memory;
    try {
      return JSON.parse(localStorage.getItem(this.key)) || this.memory;
    } catch {
      return this.memory;
    }
  }

  write(state) {
    this.memory = state;
    try {
      localStorage.setItem(this.key, JSON.stringify(state));
    } catch {
      this.onlyMemory = true;  // full or forbidden: what this page holds still goes out, under numbers used once
    }
  }
}

export class Outbox {
  constructor(form, signal) {
    this.url = form.dataset.outbox;
    this.trial = Number(form.dataset.trial) || 0;
    this.shelf = new Shelf(`machina-outbox-${digest(this.url)}`);
    this.wait = FIRST_WAIT;
    window.addEventListener("pagehide", () => this.farewell(), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.farewell(), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.timer));
    if (this.batch().length) this.flush();
  }

  // Once the answer is in, the page goes by itself: that it is hidden then tells nothing about the person.
  record(kind, payload = {}) {
    if (this.leaving) return;
    const state = this.shelf.read();
    const entry = { seq: state.next, trial: this.trial, kind, at: Math.round(performance.now()), payload };
    const entries = [...state.entries, entry].slice(-MOST_KEPT);
    this.shelf.write({ next: state.next + 1, entries });
    this.schedule(FIRST_WAIT);
  }

  schedule(wait) {
    if (this.timer) return;
    this.timer = setTimeout(() => this.flush(), wait);
  }

  batch() {
    return this.shelf.read().entries.slice(0, LARGEST_BATCH);
  }

  async flush() {
    clearTimeout(this.timer);
    this.timer = null;
    const entries = this.batch();
    if (!this.url || !entries.length || this.busy) return;
    this.busy = true;
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ entries }),
        credentials: "same-origin",
      });
      if (response.status === 400 || response.status === 413 || response.status === 422) this.forget(entries.at(-1).seq);
      else if (!response.ok) throw new Error(String(response.status));
      else this.forget((await response.json()).acknowledged);
      this.wait = FIRST_WAIT;
    } catch {
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    } finally {
      this.busy = false;
    }
    if (this.shelf.read().entries.length) this.schedule(this.wait);
  }

  forget(upTo) {
    const state = this.shelf.read();
    this.shelf.write({ ...state, entries: state.entries.filter((entry) => entry.seq > upTo) });
  }

  // The page is going: send without waiting for the reply. Nothing is forgotten; the next page sends what is unconfirmed.
  farewell() {
    const entries = this.batch();
    if (!this.url || !entries.length) return;
    navigator.sendBeacon(this.url, new Blob([JSON.stringify({ entries })], { type: "application/json" }));
  }
}
