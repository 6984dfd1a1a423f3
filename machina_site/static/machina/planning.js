// The page that plans: a slider and its number are one value; "Stop" ends the simulation. All else is htmx.
(() => {
  "use strict";

  document.addEventListener("input", (event) => {
    const slider = event.target.closest("[data-slides]");
    if (slider) document.getElementById(slider.dataset.slides).value = slider.value;
    const slid = document.querySelector(`[data-slides="${event.target.id}"]`);
    if (slid) slid.value = event.target.value;
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-stop-simulation]")) return;
    document.querySelector("[data-next-piece]")?.remove();
    event.target.closest("[data-stop-simulation]").remove();
  });
})();
