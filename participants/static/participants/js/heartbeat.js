// Tells the server every 30 seconds that somebody is still here, so that the place stays theirs.
const EVERY = 30000;

export function startHeartbeat(url, noteConnection, signal) {
  if (!url) return;
  const beat = async () => {
    if (document.visibilityState === "hidden") return;
    try {
      await fetch(url, { method: "POST", credentials: "same-origin", redirect: "manual" });
      noteConnection(true);
    } catch {
      noteConnection(false);
    }
  };
  const timer = setInterval(beat, EVERY);
  document.addEventListener("visibilitychange", beat, { signal });
  signal.addEventListener("abort", () => clearInterval(timer));
}
