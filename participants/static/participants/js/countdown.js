// Shows the time the server says is left, warns at the end of it, and sends the page at zero.
const WARN_AT = 30000;

function clock(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export function startCountdown(form, whenOver, signal) {
  const remaining = Number(form.dataset.remaining);
  if (!form.dataset.remaining || Number.isNaN(remaining)) return;
  const end = performance.now() + remaining;
  const shown = form.querySelector("[data-countdown]");
  const said = form.querySelector("[data-countdown-said]");
  let warned = false;
  const tick = () => {
    const left = end - performance.now();
    const text = form.dataset.textTime.replace("{s}", clock(left));
    shown.textContent = text;
    if (left <= WARN_AT && !warned) {
      warned = true;
      said.textContent = text;
      document.getElementById("countdown").classList.add("soon");
    }
    if (left > 0) return;
    clearInterval(timer);
    whenOver();
  };
  const timer = setInterval(tick, 250);
  signal.addEventListener("abort", () => clearInterval(timer));
  tick();
}
