"""``manage.py demo``: the whole of Machina under one supervisor."""

import os
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from machina_site import heartbeat
from machina_site.embedded import EmbeddedServerError, ensure_servers
from machina_site.env import env_str
from machina_site.launch import port, static_files
from machina_site.launch.administrator import make_administrator
from machina_site.launch.run import UP_WITHIN, Launch
from machina_site.paths import BASE, VAR


class Command(BaseCommand):
    """Prepares (servers, tables, static files, administrator, demo study), then runs web, worker and beat."""

    help = (
        "Run Machina with its demo study: database, Redis, web server, Celery worker and beat, with prefixed logs. "
        "PORT picks the port (8000), HOST the address (127.0.0.1), WEB_WORKERS the web processes (2). "
        "Ctrl-C stops all of it; twice, at once."
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
        host = env_str("HOST", "127.0.0.1")
        if not port.is_free(host, settings.PORT):
            raise CommandError(
                f"Port {settings.PORT} is taken or not allowed. Choose another: PORT={settings.PORT + 1} ./machina demo"
            )
        os.chdir(BASE)
        try:
            password = self._prepare(seed=not options["no_seed"], reset=options["reset_password"])
            launch = Launch(
                host=host, password=password, only_check=options["check"], with_people=not options["no_people"]
            )
            was_up = launch.run()
        except EmbeddedServerError as error:
            raise CommandError(str(error)) from error
        if options["check"] and not was_up:
            raise CommandError(f"Not everything answered within {UP_WITHIN:.0f} s. Ask './machina manage doctor'.")

    def _prepare(self, *, seed: bool, reset: bool) -> str | None:
        """The administrator's password, when it was made here."""
        self._say("starting PostgreSQL and Valkey")
        ensure_servers()
        heartbeat.forget()
        self._say("bringing the tables up to date")
        call_command("migrate", interactive=False, verbosity=0)
        self._say("collecting static files")
        static_files.collect(settings.STATIC_ROOT)
        password = make_administrator(VAR / "admin-password", reset=reset)
        if seed and "seed_demo" in get_commands():
            self._say("making the demo study")
            call_command("seed_demo")
        connections.close_all()
        return password

    def _say(self, text: str) -> None:
        self.stdout.write(f"machina: {text}")
        self.stdout.flush()
