// Names of columns are offered from the first line of the data; a file is read into the box, never sent by itself.
"use strict";
(() => {
  const form = document.getElementById("asking");
  const answer = document.querySelector("[data-answer]");
  if (answer) answer.focus();
  if (!form) return;
  const data = form.elements.data;
  const roles = [...form.querySelectorAll('input[name^="column-"]')];
  const offered = document.getElementById("columns");

  function names() {
    const first = data.value.trimStart().split(/\r?\n/, 1)[0];
    const separator = [",", ";", "\t"].reduce((a, b) => (first.split(b).length > first.split(a).length ? b : a));
    const cells = first.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
    return cells.every((cell) => cell !== "" && !Number.isNaN(Number(cell.replace(",", "."))))
      ? cells.map((_, place) => `column ${place + 1}`)
      : cells.filter(Boolean);
  }

  function offer(fill) {
    const found = names();
    offered.replaceChildren(...found.map((name) => Object.assign(document.createElement("option"), { value: name })));
    if (!fill) return;
    const kept = roles.filter((role) => role.value.split(",").every((name) => found.includes(name.trim())));
    const used = kept.flatMap((role) => role.value.split(",").map((name) => name.trim()));
    const free = found.filter((name) => !used.includes(name));
    for (const role of roles.filter((each) => !kept.includes(each))) {
      role.value = role.hasAttribute("data-several") ? free.splice(0).join(", ") : free.shift() || "";
    }
  }

  data.addEventListener("change", () => offer(true));
  const file = form.querySelector("[data-file]");
  file.parentElement.hidden = false;
  file.addEventListener("change", async () => {
    if (!file.files.length) return;
    data.value = await file.files[0].text();
    offer(true);
  });
  offer(false);
})();
