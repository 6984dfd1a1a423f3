// Sends the page once, and keeps trying with the same nonce until the server has it. The server makes repeats harmless.
const LONGEST_WAIT = 15000;
const FIRST_WAIT = 1000;

// A module runs once per address: another query makes it another address.
function startAgain(script) {
  const copy = document.createElement("script");
  copy.type = "module";
  copy.async = false;
  copy.src = `${script.getAttribute("src")}?again=${Date.now()}`;
  document.body.append(copy);
}

export class Sender {
  constructor(form, outbox, life) {
    this.life = life;
    this.form = form;
    this.outbox = outbox;
    this.button = document.getElementById("continue");
    this.status = document.getElementById("status");
    this.sending = false;
    this.wait = FIRST_WAIT;
    const until = { signal: life.signal };
    window.addEventListener("online", () => this.retryNow(), until);
    window.addEventListener("offline", () => this.noteConnection(false), until);
  }

  say(text, trouble = false) {
    if (this.status.textContent !== text) this.status.textContent = text;
    this.status.classList.toggle("trouble", trouble);
  }

  noteConnection(online) {
    if (this.sending) return;
    this.say(online ? "" : this.form.dataset.textOffline, !online);
  }

  async send({ timedOut }) {
    if (this.sending) return;
    this.sending = true;
    this.button.setAttribute("aria-disabled", "true");
    this.form.elements.client_answered.value = String(Math.round(performance.now()));
    this.body = new URLSearchParams(new FormData(this.form));
    if (timedOut) this.body.set("timed_out", "1");
    this.say(timedOut ? this.form.dataset.textTimeUp : this.form.dataset.textSaving);
    await this.attempt();
  }

  async attempt() {
    clearTimeout(this.timer);
    this.outbox.flush();
    try {
      const response = await fetch(this.form.action, {
        method: "POST",
        body: this.body,
        redirect: "manual",
        credentials: "same-origin",
        headers: { Accept: "text/html" },
      });
      if (response.status >= 500 || response.status === 429) throw new Error(String(response.status));
      await this.arrive(response);
    } catch {
      this.say(navigator.onLine ? this.form.dataset.textTrouble : this.form.dataset.textOffline, true);
      this.timer = setTimeout(() => this.attempt(), this.wait);
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    }
  }

  // A redirect means the answer is in: show where the server says we are. Anything else is the page again, with what was
  // wrong; it is put in place of this one, since asking for it again would not bring the explanation.
  async arrive(response) {
    if (response.type === "opaqueredirect") {
      this.outbox.leaving = true;
      window.location.replace(window.location.pathname + window.location.search);
      return;
    }
    const next = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!next.querySelector("main")) throw new Error("not a page");
    this.life.abort();
    window.machina = undefined;
    document.title = next.title;
    document.querySelector("main").replaceWith(document.adoptNode(next.querySelector("main")));
    next.querySelectorAll('script[type="module"][src]').forEach((script) => startAgain(script));
    window.scrollTo(0, 0);
  }

  retryNow() {
    this.wait = FIRST_WAIT;
    if (this.sending) this.attempt();
    else this.say("");
    this.outbox.flush();
  }
}
