"""A small program for the supervisor's tests: ``python -m tests.house.supervised CASE FOLDER``."""

import sys
from pathlib import Path

from machina_site.supervisor import Child, Supervisor

NOTES_ITS_PID = "import os, time, pathlib; pathlib.Path(r'{folder}/{name}').write_text(str(os.getpid())); {then}"
SLEEPS = "time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
SAYS_STOP = (
    "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: (print('bye', flush=True), sys.exit(0))); "
    "print('ready', flush=True); time.sleep(60)"
)
FALLS = "print('up', flush=True); os._exit(3)"


def child(name: str, then: str, folder: Path, *, once: bool = False) -> Child:
    """A Python program that notes its pid in the folder, then does the rest."""
    return Child(name, [sys.executable, "-c", NOTES_ITS_PID.format(folder=folder, name=name, then=then)], once=once)


CASES = {
    "two": lambda folder: [child("web", SAYS_STOP, folder), child("worker", SAYS_STOP, folder)],
    "falls": lambda folder: [child("worker", FALLS, folder)],
    "stubborn": lambda folder: [child("web", STUBBORN, folder)],
    "once": lambda folder: [child("web", SLEEPS, folder), child("people", "print('came')", folder, once=True)],
}

if __name__ == "__main__":
    patience = 1.0 if sys.argv[1] == "stubborn" else 30.0
    Supervisor(CASES[sys.argv[1]](Path(sys.argv[2])), output=sys.stdout, grace=patience).run()
