// What the console's own pages do: copy a link, put a text into a field, ask before a weighty button, indent YAML, keep tables open, preview.
(() => {
  "use strict";

  const copy = async (button) => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // without a secure context
    }
    const label = button.querySelector("[data-label]");
    const before = label.textContent;
    label.textContent = button.dataset.copied;
    setTimeout(() => { label.textContent = before; }, 1500);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
    const inserting = event.target.closest("[data-starter]");
    if (inserting) insert(inserting);
  });

  // A text to begin with replaces what stands in a field; Undo brings that back.
  const insert = (button) => {
    const text = document.getElementById(button.dataset.starter).value;
    const field = document.getElementById(button.dataset.into);
    field.rows = Math.max(field.rows, text.split("\n").length);
    field.focus();
    field.select();
    if (!document.execCommand("insertText", false, text)) field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  }, true);

  // Tab indents YAML; Escape first lets Tab leave the field.
  let leaving = false;
  document.addEventListener("keydown", (event) => {
    const area = event.target;
    if (!(area instanceof HTMLTextAreaElement) || !("yaml" in area.dataset)) return;
    if (event.key === "Escape") { leaving = true; return; }
    if (event.key === "Tab" && !event.shiftKey && !leaving) {
      event.preventDefault();
      area.setRangeText("  ", area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (event.key !== "Tab") leaving = false;
  });

  // A table that somebody opened stays open when the monitor brings new numbers.
  let open = [];
  document.addEventListener("htmx:beforeSwap", () => {
    open = [...document.querySelectorAll("details[id][open]")].map((each) => each.id);
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  });

  // The preview: what is typed goes to the server half a second after the last key; the answer goes into the frame.
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();

  function start() {
    const panel = document.querySelector("[data-preview]");
    if (!panel) return;
    const frame = panel.querySelector("iframe");
    const said = panel.querySelector("[data-said]");
    const form = document.querySelector("form[id$=_form]");
    let timer = 0;
    let turn = 0;

    const show = async () => {
      const mine = ++turn;
      const body = form ? new FormData(form) : new FormData();
      for (const control of panel.querySelectorAll("[data-control]")) body.set(control.name, control.value);
      panel.querySelector(".m-frame").dataset.width = body.get("preview_width");
      try {
        const answer = await fetch(panel.dataset.preview, { method: "POST", body, credentials: "same-origin" });
        const text = await answer.text();
        if (mine !== turn) return;
        if (answer.status === 422) {
          said.replaceChildren(...text.split("\n").filter(Boolean).map((line) => {
            const entry = document.createElement("li");
            entry.textContent = line;
            return entry;
          }));
          said.parentElement.hidden = false;
        } else if (answer.ok) {
          said.parentElement.hidden = true;
          frame.srcdoc = text;
        } else {
          said.replaceChildren(document.createTextNode("The server did not answer as expected. Reload the page."));
          said.parentElement.hidden = false;
        }
      } catch {
        said.replaceChildren(document.createTextNode("The server does not answer. The preview follows when it does."));
        said.parentElement.hidden = false;
      }
    };

    const later = () => { clearTimeout(timer); timer = setTimeout(show, 500); };
    form?.addEventListener("input", later);
    form?.addEventListener("change", later);
    panel.addEventListener("change", show);
    show();
  }
})();
