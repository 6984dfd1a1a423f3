"""A stand-in as a program of its own: ``python -m crowd.standin.program mturk --port 8765 --journal FILE``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from crowd.standin.mturk.server import MTurkStandIn
from crowd.standin.prolific.server import ProlificStandIn

KINDS: dict[str, type[MTurkStandIn | ProlificStandIn]] = {"mturk": MTurkStandIn, "prolific": ProlificStandIn}


def main(arguments: list[str]) -> None:
    """Serve until interrupted. The first line printed is the address."""
    parser = argparse.ArgumentParser(prog="python -m crowd.standin.program", description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--journal", type=Path)
    asked = parser.parse_args(arguments)
    running = KINDS[asked.kind](asked.journal, asked.port, is_mortal=True)
    sys.stdout.write(f"{running.url}\n")
    sys.stdout.flush()
    try:
        running.serve()
    except KeyboardInterrupt:
        running.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
