// Turns the selects into a list that is ordered by buttons, arrow keys or dragging. The selects stay what is posted.
function button(symbol, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = symbol;
  made.setAttribute("aria-label", label);
  return made;
}

class Ranking {
  constructor(root) {
    this.root = root;
    this.list = root.querySelector(".ranking-list");
    this.text = root.dataset;
    this.said = Object.assign(document.createElement("p"), { className: "visually-hidden" });
    this.said.setAttribute("role", "status");
    this.confirm = Object.assign(document.createElement("button"), { type: "button", className: "secondary ranking-confirm" });
    this.confirm.textContent = this.text.confirm;
    this.confirm.addEventListener("click", () => this.keep());
    const hint = Object.assign(document.createElement("p"), { className: "hint", textContent: this.text.hint });
    this.list.before(hint);
    this.root.append(this.said, this.confirm);
    this.root.classList.add("ranking-live");
    this.entries().forEach((entry) => this.equip(entry));
    this.restore();
  }

  entries() {
    return [...this.list.children];
  }

  equip(entry) {
    const select = entry.querySelector("select");
    select.hidden = true;
    const label = entry.querySelector("label");
    label.removeAttribute("for");
    const name = entry.dataset.label;
    const up = button("↑", this.text.up.replace("{s}", name));
    const down = button("↓", this.text.down.replace("{s}", name));
    up.addEventListener("click", () => this.move(entry, -1, up));
    down.addEventListener("click", () => this.move(entry, 1, down));
    const box = Object.assign(document.createElement("span"), { className: "ranking-buttons" });
    box.append(up, down);
    box.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.move(entry, step, event.target);
    });
    entry.append(box);
    this.dragging(entry);
  }

  // By mouse or pen; a finger scrolls the page, and has the arrow buttons. The window listens: the entry is moved about.
  dragging(entry) {
    entry.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "touch" || event.button !== 0 || event.target.closest("button, select")) return;
      event.preventDefault();
      entry.classList.add("dragged");
      const life = new AbortController();
      const stop = () => {
        entry.classList.remove("dragged");
        life.abort();
      };
      window.addEventListener("pointermove", (moved) => this.follow(entry, moved.clientY), { signal: life.signal });
      window.addEventListener("pointerup", stop, { signal: life.signal });
      window.addEventListener("pointercancel", stop, { signal: life.signal });
    });
  }

  follow(entry, y) {
    const others = this.entries().filter((other) => other !== entry);
    const after = others.find((other) => y < other.getBoundingClientRect().top + other.offsetHeight / 2);
    if ((after || null) === entry.nextElementSibling) return;
    this.list.insertBefore(entry, after || null);
    this.keep();
  }

  move(entry, step, control) {
    const entries = this.entries();
    const target = entries.indexOf(entry) + step;
    if (target < 0 || target >= entries.length) return;
    this.list.insertBefore(entry, step < 0 ? entries[target] : entries[target].nextElementSibling);
    control.focus();
    this.keep();
    this.said.textContent = this.text.moved.replace("{s}", entry.dataset.label).replace("{n}", target + 1);
  }

  keep() {
    this.entries().forEach((entry, position) => {
      entry.querySelector("select").value = String(position + 1);
    });
    this.root.classList.add("ranking-ranked");
    this.confirm.textContent = `✓ ${this.text.confirmed}`;
    this.mark();
    this.list.querySelector("select").dispatchEvent(new Event("input", { bubbles: true }));
  }

  mark() {
    const entries = this.entries();
    entries.forEach((entry, position) => {
      const [up, down] = entry.querySelectorAll(".ranking-buttons button");
      up.setAttribute("aria-disabled", String(position === 0));
      down.setAttribute("aria-disabled", String(position === entries.length - 1));
    });
  }

  restore() {
    const rank = (entry) => Number(entry.querySelector("select").value);
    const entries = this.entries();
    if (entries.every(rank)) {
      entries.sort((one, other) => rank(one) - rank(other)).forEach((entry) => this.list.append(entry));
      this.keep();
    }
    this.mark();
  }
}

document.querySelectorAll("[data-ranking]").forEach((root) => new Ranking(root));
