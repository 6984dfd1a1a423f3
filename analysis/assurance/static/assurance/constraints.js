// Constraints while they are written: a measure that is pressed is written at the cursor; in other forms, what is said
// of each constraint stands below its field.
(() => {
  "use strict";
  let last = null;
  const field = () => (last && last.isConnected ? last : document.querySelector("[data-constraint], input[name$='-text']"));
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-constraint], input[name$='-text']")) last = event.target;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    const into = button && field();
    if (!into) return;
    into.focus();
    into.setRangeText(button.dataset.insert, into.selectionStart, into.selectionEnd, "end");
    into.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // --- below the fields of other forms --------------------------------------------------------------------------------
  const beside = (into, name) => {
    const own = into.name.replace(/text$/, name);
    const form = into.form;
    return (form.elements[own] || form.elements[name] || {}).value || "";
  };
  const ask = (into, answer) => {
    const values = { text: into.value, csrfmiddlewaretoken: beside(into, "csrfmiddlewaretoken") };
    for (const name of ["regime", "delta", "groups"]) values[name] = beside(into, name);
    values.low = beside(into, "range_low");
    values.high = beside(into, "range_high");
    htmx.ajax("POST", answer.dataset.constraintAnswer, { target: answer, swap: "innerHTML", values });
  };
  const waiting = new WeakMap();
  const later = (into, wait) => {
    const place = into.closest(".a-field, .m-field");
    const answer = place && place.querySelector("[data-constraint-answer]");
    if (!answer || !answer.dataset.constraintAnswer) return;
    clearTimeout(waiting.get(into));
    if (!into.value.trim()) { answer.replaceChildren(); return; }
    waiting.set(into, setTimeout(() => ask(into, answer), wait));
  };
  const all = () => document.querySelectorAll("input[name$='-text']");
  document.addEventListener("input", (event) => {
    if (event.target.matches("input[name$='-text']")) later(event.target, 300);
    else if (/^(regime|groups)$|-(delta|range_low|range_high|regime)$/.test(event.target.name || "")) all().forEach((into) => later(into, 500));
  });
  // What was foreseen is of the form as it was: it pales as soon as that changes.
  const foreseen = () => document.getElementById("rehearsed");
  document.addEventListener("input", () => foreseen()?.classList.add("is-stale"));
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target === foreseen()) foreseen().classList.remove("is-stale");
  });
  window.addEventListener("load", () => all().forEach((into) => later(into, 0)));
})();
