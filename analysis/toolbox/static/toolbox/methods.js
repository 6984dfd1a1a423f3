// The list follows what is typed; arrows move through what is left. Without this the form asks the server.
"use strict";
(() => {
  const search = document.getElementById("search");
  const found = document.getElementById("found").firstChild;
  const rows = [...document.querySelectorAll("[data-words]")].map((row) => [row, row.dataset.words.toLowerCase()]);
  const links = () => [...document.querySelectorAll(".t-methods li:not([hidden]) a")];

  function follow() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      count += row.hidden ? 0 : 1;
    }
    for (const chapter of document.querySelectorAll(".t-chapter")) {
      chapter.hidden = !chapter.querySelector("li:not([hidden])");
    }
    document.getElementById("nothing").hidden = count > 0;
    found.textContent = `${count} method${count === 1 ? "" : "s"}`;
  }

  function move(step) {
    const all = links();
    const place = all.indexOf(document.activeElement) + step;
    (place < 0 ? search : all[Math.min(place, all.length - 1)] || search).focus();
  }

  search.addEventListener("input", follow);
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName) && document.activeElement !== search;
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && document.activeElement !== search) search.focus();
    else if (event.key === "ArrowDown" && (document.activeElement === search || links().includes(document.activeElement))) move(1);
    else if (event.key === "ArrowUp" && links().includes(document.activeElement)) move(-1);
    else if (event.key === "Enter" && document.activeElement === search && links().length === 1) links()[0].click();
    else return;
    event.preventDefault();
  });
})();
