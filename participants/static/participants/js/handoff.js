// Hands somebody over to where they came from. What they did here is saved already; this page can be opened again at any
// time, so it only has to try until the browser has left it.
const LONGEST_WAIT = 15000;
const FIRST_WAIT = 1000;
const SLOW = 15000;

class HandOff {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[role=status]");
    this.button = form.querySelector("button");
    this.wait = FIRST_WAIT;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.start();
    });
    window.addEventListener("online", () => this.sending && this.attempt());
    window.addEventListener("pageshow", (event) => event.persisted && this.again());  // they came back to it
    if (form.dataset.auto) this.startSoon(Number(form.dataset.auto));
  }

  say(text, trouble = false) {
    this.status.textContent = text;
    this.status.classList.toggle("trouble", trouble);
  }

  startSoon(delay) {
    this.say(this.form.dataset.textSoon);
    this.timer = setTimeout(() => this.start(), delay);
  }

  start() {
    if (this.sending) return;
    this.sending = true;
    this.button.setAttribute("aria-disabled", "true");
    this.attempt();
  }

  // Whether there is a connection is asked of our own server: a form that is sent without one ends on an error page.
  async attempt() {
    clearTimeout(this.timer);
    this.say(this.form.dataset.textSending);
    try {
      const answer = await fetch(window.location.href, { method: "HEAD", cache: "no-store", redirect: "manual" });
      if (answer.status >= 500) throw new Error(String(answer.status));
      this.form.submit();
      this.timer = setTimeout(() => this.again(this.form.dataset.textSlow), SLOW);
    } catch {
      this.say(this.form.dataset.textTrouble, true);
      this.timer = setTimeout(() => this.attempt(), this.wait);
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    }
  }

  again(text = "") {
    clearTimeout(this.timer);
    this.sending = false;
    this.wait = FIRST_WAIT;
    this.button.removeAttribute("aria-disabled");
    this.say(text);
  }
}

for (const form of document.querySelectorAll("form[data-handoff]")) new HandOff(form);
