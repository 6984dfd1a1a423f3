// Pages round the study: forms that must be sent once, codes that can be copied, and what the outbox still holds.
import { Outbox } from "./outbox.js";

const left = document.querySelector("[data-drain]");
if (left) new Outbox(left, new AbortController().signal);

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = button.dataset.copied;
  });
}

// After a page turn the heading is read first; on the door one has only just arrived.
const heading = document.getElementById("title");
if (heading && !document.getElementById("entry-form")) heading.focus({ preventScroll: true });
