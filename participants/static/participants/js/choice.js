// Shows the text field of "other" only when it is chosen, and stops at the most options allowed.
function followOther(box) {
  const name = box.dataset.other;
  const inputs = [...document.getElementsByName(name)];
  const extra = inputs.find((input) => input.value === "other");
  const field = box.querySelector("input");
  const update = () => {
    box.hidden = !extra.checked;
    field.disabled = !extra.checked;
  };
  for (const input of inputs) input.addEventListener("change", update);
  update();
}

function limit(group) {
  const most = Number(group.dataset.maxChoices);
  const boxes = [...group.querySelectorAll("input[type=checkbox]")];
  const update = () => {
    const full = boxes.filter((box) => box.checked).length >= most;
    for (const box of boxes) box.disabled = full && !box.checked;
  };
  group.addEventListener("change", update);
  update();
}

document.querySelectorAll("[data-other]").forEach(followOther);
document.querySelectorAll("[data-max-choices]").forEach(limit);
