"""``manage.py demo``: the whole of Machina under one supervisor."""

import os
import sys
import time
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from machina_site import heartbeat
from machina_site.embedded import EmbeddedServerError, ensure_servers
from machina_site.env import env_str
from machina_site.launch import children, port, readiness, static_files
from machina_site.launch.administrator import make_administrator
from machina_site.launch.banner import banner
from machina_site.paths import VAR
from machina_site.supervisor import Child, Supervisor

CHECK_WITHIN = 90.0


class Command(BaseCommand):
    """Prepares (servers, tables, static files, administrator, demo study), then runs web, worker and beat."""

    help = (
        "Run Machina with its demo study: database, Redis, web server, Celery worker and beat, with prefixed logs. "
        "PORT picks the port (8000), WEB_WORKERS the web processes (2). Ctrl-C stops all of it; twice, at once."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """All optional."""
        parser.add_argument("--check", action="store_true", help="stop as soon as everything answers; status 1 if not")
        parser.add_argument("--reset-password", action="store_true", help="give 'admin' a new password")
        parser.add_argument("--no-seed", action="store_true", help="without the demo study")
        parser.add_argument("--no-people", action="store_true", help="without simulated participants")

    def handle(self, *_arguments: object, **options: bool) -> None:
        """Prepare, then supervise."""
        self.host = env_str("HOST", "127.0.0.1")
        if not port.is_free(self.host, settings.PORT):
            other = settings.PORT + 1
            raise CommandError(
                f"Port {settings.PORT} is taken (or not allowed): choose one, PORT={other} ./machina demo"
            )
        os.chdir(settings.BASE)
        try:
            self._prepare(seed=not options["no_seed"], reset=options["reset_password"])
            self._supervise(check=options["check"], people=not options["no_people"] and not options["check"])
        except EmbeddedServerError as error:
            raise CommandError(str(error)) from error

    def _prepare(self, *, seed: bool, reset: bool) -> None:
        self._say("starting PostgreSQL and Valkey")
        ensure_servers()
        heartbeat.forget()
        self._say("bringing the tables up to date")
        call_command("migrate", interactive=False, verbosity=0)
        self._say("collecting static files")
        static_files.collect(settings.STATIC_ROOT)
        self.password = make_administrator(VAR / "admin-password", reset=reset)
        if seed and "seed_demo" in get_commands():
            self._say("making the demo study")
            call_command("seed_demo")
        connections.close_all()

    def _supervise(self, *, check: bool, people: bool) -> None:
        programs: list[Child | None] = [children.web(), children.worker(), children.beat()]
        if people:
            programs.append(children.people(settings.PORT))
        self.supervisor = Supervisor([child for child in programs if child], output=sys.stdout)
        self.check, self.is_up, self.next_look, self.started = check, False, 0.0, time.monotonic()
        self.supervisor.run(on_tick=self._tick)
        if check and not self.is_up:
            raise CommandError(
                f"Not everything answered within {CHECK_WITHIN:.0f} s; './machina manage doctor' says more."
            )

    def _tick(self) -> None:
        """Each second: bring back a server that fell, and say once that all is up."""
        if time.monotonic() < self.next_look:
            return
        self.next_look = time.monotonic() + 1.0
        ensure_servers()
        if not self.is_up and readiness.pages_answer(self.host, settings.PORT):
            self._on_pages_up()
        if self.check and (self.is_up or time.monotonic() - self.started > CHECK_WITHIN):
            self.supervisor.stop()

    def _on_pages_up(self) -> None:
        if self.check and not readiness.tasks_run():
            return
        self.is_up = True
        base = settings.PUBLIC_URL
        self._say(banner(base, password=self.password, links=settings.DEMO_LINKS))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
