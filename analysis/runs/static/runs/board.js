// The board: hidden lines stay hidden when new figures come, charts say what is under the pointer, ticked runs are
// compared, and the event stream wakes the page up. Without it, pages ask every two seconds by themselves.
(() => {
  "use strict";
  const board = () => document.querySelector("[data-board]");
  const kept = (name) => new Set(JSON.parse(sessionStorage.getItem(`${name}:${location.pathname}`) || "[]"));
  const keep = (name, set) => sessionStorage.setItem(`${name}:${location.pathname}`, JSON.stringify([...set]));
  const make = (tag, text, of = {}) => Object.assign(document.createElement(tag), { textContent: text, ...of });

  // --- lines: hide, leave alone, dim ---------------------------------------------------------------------------------
  const lines = (key) => [...document.querySelectorAll("[data-line]")].filter((line) => key === undefined || line.dataset.line === key);
  const showHidden = () => {
    const hidden = kept("hidden");
    for (const line of lines()) line.classList.toggle("is-hidden", hidden.has(line.dataset.line));
    for (const button of document.querySelectorAll("[data-toggle]")) button.setAttribute("aria-pressed", String(!hidden.has(button.dataset.toggle)));
  };
  const toggle = (key) => {
    const hidden = kept("hidden");
    hidden.has(key) ? hidden.delete(key) : hidden.add(key);
    keep("hidden", hidden);
    showHidden();
  };
  const alone = (key) => {
    const others = [...document.querySelectorAll("[data-toggle]")].map((button) => button.dataset.toggle).filter((each) => each !== key);
    keep("hidden", new Set(others));
    showHidden();
  };
  const dim = (key) => { for (const line of lines()) line.classList.toggle("is-dim", key !== null && line.dataset.line !== key); };

  // --- what is under the pointer --------------------------------------------------------------------------------------
  let tip = null;
  const hideTip = () => { tip?.remove(); tip = null; for (const rule of document.querySelectorAll(".r-rule")) rule.remove(); };
  const showTip = (chart, event) => {
    const svg = chart.querySelector(".r-lines");
    const box = svg.getBoundingClientRect();
    const [low, high] = chart.dataset.x.split(" ").map(Number);
    const at = low + (high - low) * Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    const shown = [...svg.querySelectorAll("[data-line]:not(.is-hidden)")].map((line) => {
      const points = line.dataset.values.split(";").map((pair) => pair.split(":").map(Number));
      const [x, y] = points.reduce((best, point) => (Math.abs(point[0] - at) < Math.abs(best[0] - at) ? point : best));
      return { x, y, name: line.dataset.name, own: line.getAttribute("color") };
    });
    hideTip();
    if (!shown.length) return;
    const x = shown.reduce((best, each) => (Math.abs(each.x - at) < Math.abs(best - at) ? each.x : best), shown[0].x);
    const here = shown.filter((each) => each.x === x).sort((a, b) => b.y - a.y);
    tip = make("div", "", { className: "r-tip" });
    tip.append(make("b", `Epoch ${x}`));
    for (const each of here.slice(0, 12)) {
      const row = make("div", "");
      const name = make("span", "");
      const dot = make("i", "");
      dot.style.setProperty("--own", each.own);
      name.append(dot, each.name);
      row.append(name, make("b", String(Number(each.y.toPrecision(4)))));
      tip.append(row);
    }
    if (here.length > 12) tip.append(make("div", `and ${here.length - 12} more`));
    chart.querySelector(".r-plot").append(tip);
    const place = box.width * (high > low ? (x - low) / (high - low) : 0.5) + 50;
    tip.style.top = ".25rem";
    tip.style.left = place > box.width / 2 + 50 ? "" : `${place + 12}px`;
    tip.style.right = place > box.width / 2 + 50 ? `${box.width + 62 - place}px` : "";
    const rule = document.createElementNS("http://www.w3.org/2000/svg", "line");
    const where = String(high > low ? (1000 * (x - low)) / (high - low) : 500);
    for (const [name, value] of Object.entries({ x1: where, x2: where, y1: "0", y2: "400", class: "r-rule" })) rule.setAttribute(name, value);
    svg.append(rule);
  };

  document.addEventListener("pointermove", (event) => {
    const chart = event.target.closest?.("[data-chart] svg")?.closest("[data-chart]");
    if (chart) showTip(chart, event); else if (tip) hideTip();
    const thread = event.target.closest?.("[data-thread]");
    const threads = document.querySelector(".r-threads");
    if (threads) {
      threads.classList.toggle("is-pointed", Boolean(thread));
      for (const each of threads.querySelectorAll(".is-pointed")) if (each !== thread) each.classList.remove("is-pointed");
      if (thread) {
        thread.classList.add("is-pointed");
        document.querySelector("[data-said]").textContent = thread.dataset.thread;
      }
    }
  });
  document.addEventListener("pointerover", (event) => {
    const button = event.target.closest?.("[data-toggle]");
    if (button) dim(button.dataset.toggle);
  });
  document.addEventListener("pointerout", (event) => { if (event.target.closest?.("[data-toggle]")) dim(null); });

  // --- clicks -----------------------------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-toggle]");
    if (button) { if (event.detail < 2) toggle(button.dataset.toggle); else alone(button.dataset.toggle); return; }
    if (event.target.closest("[data-all]")) { keep("hidden", new Set()); showHidden(); return; }
    const compare = event.target.closest("[data-compare]");
    if (compare) {
      const query = [...kept("picked")].map((run) => `run=${run}`).join("&");
      location.href = `${compare.dataset.compare}&${query}`;
      return;
    }
    const batch = event.target.closest("[data-batch]");
    if (batch && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const query = new URLSearchParams(location.search);
      const chosen = new Set(query.getAll("batch"));
      chosen.has(batch.dataset.batch) ? chosen.delete(batch.dataset.batch) : chosen.add(batch.dataset.batch);
      query.delete("batch");
      for (const slug of chosen) query.append("batch", slug);
      location.search = query;
      return;
    }
    const copy = event.target.closest("[data-copy-text]");
    if (copy) {
      navigator.clipboard?.writeText(document.getElementById(copy.dataset.copyText).textContent);
      const label = copy.querySelector("[data-label]");
      label.textContent = "Copied";
      setTimeout(() => { label.textContent = "Copy"; }, 1500);
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.submit();
    if (event.target.matches("[data-only-different]")) document.querySelector(".r-compare").classList.toggle("is-short", event.target.checked);
    if (event.target.matches("[data-pick]")) {
      const picked = kept("picked");
      event.target.checked ? picked.add(event.target.dataset.pick) : picked.delete(event.target.dataset.pick);
      keep("picked", picked);
      showPicked();
    }
  });
  const showPicked = () => {
    const picked = kept("picked");
    for (const box of document.querySelectorAll("[data-pick]")) box.checked = picked.has(box.dataset.pick);
    const button = document.querySelector("[data-compare]");
    if (!button) return;
    button.disabled = picked.size < 2;
    button.querySelector("[data-label]").textContent = picked.size ? `Compare ${picked.size}` : "Compare";
  };

  // --- a form that somebody is filling in, and a table that somebody has scrolled, stay as they are -----------------------
  let scrolled = [0, 0];
  document.addEventListener("htmx:beforeRequest", (event) => {
    const choice = document.querySelector(".r-choice");
    if (choice?.open && event.target.contains(choice)) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", () => {
    const table = document.querySelector(".r-table");
    scrolled = table ? [table.scrollLeft, table.scrollTop] : [0, 0];
  });
  document.addEventListener("htmx:afterSwap", () => {
    const table = document.querySelector(".r-table");
    if (table) [table.scrollLeft, table.scrollTop] = scrolled;
    hideTip();
    showHidden();
    showPicked();
  });

  // --- the event stream: one connection for each batch or run that is shown -------------------------------------------------
  let received = 0;
  let recent = [];
  let delay = null;
  let waiting = 0;
  const wake = () => {
    if (waiting) return;
    waiting = setTimeout(() => { waiting = 0; window.htmx?.trigger(document.body, "runs-said"); }, 400);
  };
  const say = (state, words) => {
    const chip = document.querySelector("[data-live-state]");
    if (!chip) return;
    chip.classList.toggle("is-on", state === "on");
    chip.classList.toggle("is-off", state === "off");
    chip.querySelector("span").textContent = words;
    const field = document.querySelector("[data-stream-state]");
    if (field) field.textContent = state === "on" ? "yes" : "no";
  };
  const listen = () => {
    const base = board()?.dataset.live;
    const topics = document.querySelector("[data-topics]")?.dataset.topics.trim().split(/\s+/).filter(Boolean) ?? [];
    if (!base || !topics.length || topics.length > 5 || !window.EventSource) return;
    const host = new URL(base, location.href);
    if (host.hostname === "localhost" && location.hostname === "127.0.0.1") return; // cookies are of one name only
    for (const topic of topics) {
      const source = new EventSource(`${base}/live/${topic}/?after=now`, { withCredentials: true });
      source.addEventListener("open", () => say("on", "live"));
      source.addEventListener("error", () => say("off", "looks every 2 s"));
      source.addEventListener("message", (message) => {
        received += 1;
        recent.push(Date.now());
        delay = Date.now() - Date.parse(JSON.parse(message.data).at);
        wake();
      });
      addEventListener("pagehide", () => source.close());
    }
    setInterval(() => {
      recent = recent.filter((at) => at > Date.now() - 5000);
      const show = (name, text) => { const field = document.querySelector(`[data-stream-${name}]`); if (field) field.textContent = text; };
      show("n", received.toLocaleString("en"));
      show("rate", (recent.length / 5).toFixed(1));
      if (delay !== null) show("delay", `${Math.max(0, delay)} ms`);
    }, 1000);
  };

  const start = () => { showHidden(); showPicked(); listen(); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
