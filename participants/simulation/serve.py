"""A web server of our own for the time of a run."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

STARTS_WITHIN = 60.0


@contextlib.contextmanager
def web_server(workers: int = 2) -> Iterator[str]:
    """gunicorn with the site's own configuration on a free port; the value is its address."""
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    port = _free_port()
    environment = {**os.environ, "HOST": "127.0.0.1", "PORT": str(port), "WEB_WORKERS": str(workers)}
    environment.setdefault("LOG_LEVEL", "WARNING")
    command = [sys.executable, "-m", "gunicorn", "-c", "python:machina_site.gunicorn_conf", "machina_site.wsgi"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError, urllib.error.URLError), urllib.request.urlopen(url, timeout=2):  # noqa: S310 (our own)
            return
        time.sleep(0.1)
    raise RuntimeError(f"The web server did not start (status {process.poll()}).")
