"""The programs of a running Machina. A new one is one entry here."""

import os
import sys
from typing import Final

from django.core.exceptions import ImproperlyConfigured

from machina_site.env import env_int, env_str
from machina_site.paths import SHARED_MEMORY
from machina_site.supervisor import Child

WEB_SERVERS: Final = {
    "gunicorn": ("gunicorn", "-c", "python:machina_site.gunicorn_conf", "machina_site.wsgi"),
    "granian": ("machina_site.granian_server",),
}
AS_ROOT: Final = "ignore:You're running the worker with superuser privileges"  # our own tasks only, JSON only


def web() -> Child:
    """The pages and the API. WEB_SERVER says which program serves them."""
    return Child("web", [sys.executable, "-m", *WEB_SERVERS[web_server()]])


def web_server() -> str:
    """gunicorn, or granian. ImproperlyConfigured names those there are."""
    name = env_str("WEB_SERVER", "gunicorn")
    if name not in WEB_SERVERS:
        raise ImproperlyConfigured(f"WEB_SERVER must be one of {', '.join(WEB_SERVERS)}, not {name!r}.")
    return name


def live() -> Child:
    """The event streams below /live/."""
    program = [sys.executable, "-m", "gunicorn", "-c", "python:machina_site.live_conf", "machina_site.asgi"]
    return Child("live", program)


def worker() -> Child:
    """Celery's worker. Its processes share semaphores in /dev/shm: without that, threads."""
    pool = "prefork" if os.access(SHARED_MEMORY, os.W_OK) else "threads"
    return _celery("worker", "worker", "--pool", pool, "--concurrency", "2", "--without-gossip", "--without-mingle")


def runs() -> Child:
    """Computes what waits in the queue of runs: a process for each core, each warm with what it has imported."""
    n = str(env_int("RUN_WORKERS", os.cpu_count() or 1))
    if not os.access(SHARED_MEMORY, os.W_OK):  # Celery has only threads then, and a run wants a process
        return Child("runs", [sys.executable, "manage.py", "run_worker", "--processes", n])
    options = ("--queues", "runs", "--concurrency", n, "--hostname", "runs@%h")
    return _celery("runs", "worker", *options, "--pool", "prefork", "--without-gossip", "--without-mingle")


def crowd() -> Child:
    """Talks to crowd platforms. It mostly waits for its turn or an answer: nobody else shall wait with it."""
    options = ("--queues", "crowd", "--pool", "threads", "--concurrency", "4", "--hostname", "crowd@%h")
    return _celery("crowd", "worker", *options, "--without-gossip", "--without-mingle")


def beat() -> Child:
    """Sends the periodic tasks."""
    return _celery("beat", "beat")


def people(port: int) -> Child:
    """Simulated participants of the demo study: they come once, and leave."""
    return Child(
        "people", [sys.executable, "manage.py", "demo_people", "--base-url", f"http://127.0.0.1:{port}"], once=True
    )


def visitors() -> Child:
    """Simulated visitors of the demo's shop."""
    return Child("visitors", [sys.executable, "manage.py", "demo_visitors"], once=True)


def stand_in(port: int) -> Child:
    """Mechanical Turk without people and money, for the demo's campaign."""
    return Child("stand-in", [sys.executable, "manage.py", "standin", "mturk", "--port", str(port)])


def _celery(name: str, *arguments: str) -> Child:
    program = [sys.executable, "-W", AS_ROOT, "-m", "celery", "--quiet", "-A", "machina_site.celery"]
    return Child(name, [*program, *arguments, "--loglevel", "INFO"])
