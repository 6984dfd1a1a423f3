// Runs a jsPsych timeline inside the page: every trial goes to the outbox at once, all of them into the form at the end.
/* global initJsPsych */
function pluginOf(name) {
  const camel = name.split("-").map((word) => word[0].toUpperCase() + word.slice(1)).join("");
  return window[`jsPsych${camel}`];
}

// {"variable": "word"} stands for a timeline variable; a type's name for its plugin.
function prepare(value, jsPsych, key = "") {
  if (key === "type" && typeof value === "string") return pluginOf(value);
  if (Array.isArray(value)) return value.map((entry) => prepare(entry, jsPsych));
  if (value && typeof value === "object") {
    const keys = Object.keys(value);
    if (keys.length === 1 && keys[0] === "variable") return jsPsych.timelineVariable(value.variable);
    const inner = key === "data" ? "data" : "";  // in `data` a `type` is the researcher's own word
    return Object.fromEntries(keys.map((name) => [name, prepare(value[name], jsPsych, inner || name)]));
  }
  return value;
}

function finish(section, stage, field, jsPsych) {
  field.value = JSON.stringify(jsPsych.data.get().values());
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const note = Object.assign(document.createElement("p"), { className: "jspsych-done", textContent: section.dataset.done });
  note.setAttribute("role", "status");
  stage.replaceChildren(note);
  if (section.dataset.autoSubmit === "yes" && window.machina) window.machina.submit();
}

function start(section) {
  const stage = section.querySelector("[data-stage]");
  const field = section.querySelector("[data-result]");
  if (field.value) {
    stage.textContent = section.dataset.done;
    return;
  }
  const timeline = JSON.parse(section.querySelector("script[type='application/json']").textContent);
  try {
    const jsPsych = initJsPsych({
      display_element: stage,
      on_trial_finish: (trial) => window.machina && window.machina.outbox.record("jspsych", trial),
      on_finish: () => finish(section, stage, field, jsPsych),
    });
    jsPsych.run(prepare(timeline, jsPsych)).catch(() => { stage.textContent = section.dataset.broken; });
    section.querySelector(".jspsych-display-element, [data-stage]").focus();
  } catch (error) {
    stage.textContent = section.dataset.broken;
    throw error;
  }
}

// A form inside a form is no HTML, and some plugins write one: so the page's form steps aside and keeps its fields by name.
function openForm() {
  const form = document.getElementById("page-form");
  if (!form) return;
  for (const control of [...form.elements]) control.setAttribute("form", form.id);
  const box = document.createElement("div");
  box.append(...form.childNodes);
  form.after(box);
}

function startAll() {
  openForm();
  document.querySelectorAll("[data-jspsych]").forEach(start);
}

// In a live preview there is no page script: start at once.
if (window.machina || !document.getElementById("page-form")) startAll();
else document.addEventListener("machina:ready", startAll, { once: true });
