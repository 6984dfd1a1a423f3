// Says how many characters are left, or still needed; aloud only when the writer pauses.
function follow(area) {
  const { low, high, left, more, over } = area.dataset;
  const line = document.createElement("p");
  line.className = "counter";
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  area.after(line, said);
  let pause;
  const update = () => {
    const length = [...area.value.trim()].length;
    const needed = Number(low) - length;
    const room = Number(high) - length;
    const text = needed > 0 ? more.replace("{n}", needed) : room < 0 ? over.replace("{n}", -room) : left.replace("{n}", room);
    line.textContent = text;
    line.classList.toggle("over", room < 0);
    clearTimeout(pause);
    pause = setTimeout(() => { if (area.value) said.textContent = text; }, 1200);
  };
  area.addEventListener("input", update);
  update();
}

document.querySelectorAll("[data-counter]").forEach(follow);
