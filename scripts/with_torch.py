"""Run Python with PyTorch: in var/torch, a venv that sees .venv's packages and has requirements-torch.txt besides.

python -m scripts.with_torch -m pytest tests/analysis/learning/torch_parts
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

from machina_site.paths import BASE

LOCK = BASE / "requirements-torch.txt"
FOLDER = BASE / "var" / "torch"


def main(arguments: list[str]) -> int:
    """The status of Python with these arguments."""
    if not arguments:
        print(__doc__)
        return 2
    return subprocess.run([str(ready()), *arguments], cwd=BASE, check=False).returncode


def ready() -> Path:
    """The interpreter; its venv is made, or made anew after the lock file has changed."""
    done = FOLDER / LOCK.name
    python = FOLDER / "bin" / "python"
    if not python.exists() or not done.exists() or done.read_text() != LOCK.read_text():
        print(f"Installing {LOCK.name} into {FOLDER.relative_to(BASE)}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        _see_ours()
        subprocess.run([str(python), "-m", "pip", "install", "-q", "-r", str(LOCK)], check=True)
        done.write_text(LOCK.read_text())
    return python


def _see_ours() -> None:
    """The packages of the interpreter that runs this are found after those of the new venv."""
    folder = sysconfig.get_path("purelib", vars={"base": str(FOLDER), "platbase": str(FOLDER)})
    Path(folder, "machina.pth").write_text(sysconfig.get_path("purelib") + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
