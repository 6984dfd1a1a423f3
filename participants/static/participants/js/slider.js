// Turns the number field into a scale without a thumb; the thumb appears where it is first touched.
function decimals(step) {
  return (String(step).split(".")[1] || "").length;
}

function build(question) {
  const { min, max, step, showValue, untouched, unit } = question.dataset;
  const field = question.querySelector("input[name]");
  const label = question.querySelector("label");
  const track = document.createElement("div");
  track.className = "slider-track untouched";
  const range = document.createElement("input");
  Object.assign(range, { type: "range", min, max, step, id: `${field.id}-range` });
  range.value = String((Number(min) + Number(max)) / 2);
  range.setAttribute("aria-describedby", field.getAttribute("aria-describedby"));
  if (field.getAttribute("aria-invalid")) range.setAttribute("aria-invalid", "true");
  range.setAttribute("aria-valuetext", untouched);
  const output = document.createElement("output");
  output.htmlFor = range.id;
  output.textContent = untouched;
  track.append(range, output);

  const take = () => {
    const value = Number(range.value).toFixed(decimals(step));
    track.classList.remove("untouched");
    field.value = value;
    const shown = unit ? `${value} ${unit}` : value;
    range.setAttribute("aria-valuetext", shown);
    output.textContent = showValue === "yes" ? shown : "✓";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  range.addEventListener("input", take);
  range.addEventListener("pointerup", take);
  range.addEventListener("keydown", (event) => {
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      take();
    }
  });

  const line = question.querySelector(".with-unit");
  line.hidden = true;
  field.removeAttribute("id");
  range.id = label.htmlFor;
  output.htmlFor = range.id;
  question.querySelector(".slider-ends").classList.add("visually-hidden");
  const labels = question.querySelector(".slider-labels");
  labels.hidden = false;
  labels.classList.add("beside");
  line.after(track);
  track.after(labels);
  if (field.value !== "") {
    range.value = field.value.replace(",", ".");
    take();
  }
}

document.querySelectorAll("[data-slider]").forEach(build);
