/* The form of an analysis plan: shows the fields that a choice asks for. Without it every field is there. */
(() => {
  "use strict";
  const form = document.querySelector("[data-plan]");
  if (!form) return;

  const show = (element, is) => { if (element) element.hidden = !is; };

  function line(row) {
    const role = row.querySelector("[data-role]").value;
    const aim = row.querySelector("[data-aim]").value;
    row.className = `p-question is-${role}`;
    show(row.querySelector("[data-margin]"), aim === "non_inferior" || aim === "equivalent");
    show(row.querySelector("[data-family]"), role === "primary" || role === "secondary");
    const of = row.querySelector("[data-estimand]").value.split(":")[0];
    const method = row.querySelector("[name$='-method']").value;
    show(row.querySelector("[data-of-quantile]"), of === "quantile");
    show(row.querySelector("[data-of-others]"), ["ratio", "agreement", "reliability"].includes(of) || method === "survival");
  }

  function all() {
    form.querySelectorAll("[data-line]").forEach(line);
    const looks = form.querySelector("[data-looks]");
    form.querySelectorAll("[data-planned]").forEach((field) => show(field, looks.value === "planned"));
    const secondary = form.querySelector("[data-secondary]");
    if (secondary) show(form.querySelector("[data-own-level]"), secondary.value !== "gate");
  }

  form.addEventListener("change", all);
  all();
  form.querySelector("[autofocus]")?.focus(); // after a step of editing one goes on where it was made
})();
