"""``manage.py demo``: the whole of Machina under one supervisor."""

import os
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from machina_site import demo, demo_crowd, demo_shop, heartbeat
from machina_site.embedded import EmbeddedServerError, ensure_servers
from machina_site.env import env_str
from machina_site.launch import port, static_files
from machina_site.launch.administrator import make_administrator
from machina_site.launch.banner import Access
from machina_site.launch.run import UP_WITHIN, Launch
from machina_site.paths import BASE, VAR


class Command(BaseCommand):
    """Prepares (servers, tables, static files, administrator, demo study), then runs web, worker and beat."""

    help = (
        "Run Machina with its demo study: database, Redis, web server, Celery worker and beat, and a stand-in for "
        "Mechanical Turk (STANDIN_PORT, 8002), with prefixed logs. "
        "PORT picks the port (8000), HOST the address (127.0.0.1), WEB_WORKERS the web processes (2). "
        "Ctrl-C stops all of it; twice, at once."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """All optional."""
        parser.add_argument("--check", action="store_true", help="stop as soon as everything answers; status 1 if not")
        parser.add_argument("--reset-password", action="store_true", help="give 'admin' a new password")
        parser.add_argument("--no-seed", action="store_true", help="without the demo study")
        parser.add_argument("--no-people", action="store_true", help="without simulated participants and visitors")

    def handle(self, *_arguments: object, **options: bool) -> None:
        """Prepare, then supervise."""
        host = env_str("HOST", "127.0.0.1")
        if not port.is_free(host, settings.PORT):
            raise CommandError(
                f"Port {settings.PORT} is taken or not allowed. Choose another: PORT={settings.PORT + 1} ./machina demo"
            )
        if not port.is_free(host, settings.LIVE_PORT):
            raise CommandError(
                f"Port {settings.LIVE_PORT}, for the event streams, is taken or not allowed. Choose another: "
                f"LIVE_PORT={settings.PORT + 100} ./machina demo"
            )
        os.chdir(BASE)
        try:
            access = self._prepare(seed=not options["no_seed"], reset=options["reset_password"])
            launch = Launch(host=host, access=access, only_check=options["check"], with_people=not options["no_people"])
            was_up = launch.run()
        except EmbeddedServerError as error:
            raise CommandError(str(error)) from error
        if options["check"] and not was_up:
            raise CommandError(f"Not everything answered within {UP_WITHIN:.0f} s. Ask './machina manage doctor'.")

    def _prepare(self, *, seed: bool, reset: bool) -> Access:
        """Everything but the programs themselves."""
        self._say("starting PostgreSQL and Valkey")
        ensure_servers()
        heartbeat.forget()
        self._say("bringing the tables up to date")
        call_command("migrate", interactive=False, verbosity=0)
        self._say("collecting static files")
        static_files.collect(settings.STATIC_ROOT)
        password = make_administrator(VAR / "admin-password", reset=reset)
        links = self._seed() if seed else {}
        stand_in = self._seed_crowd() if seed else None
        connections.close_all()
        return Access(password, links, stand_in)

    def _seed(self) -> dict[str, str]:
        """The addresses of the demo study, and of the shop whose button learns."""
        self._say("making the demo study")
        experiment = demo.seed()
        slug = [experiment.slug]
        return {
            "Take part": reverse("participants:enter", args=slug),
            "Monitor": reverse("monitor", args=slug),
            "It learns": reverse("monitor", args=[demo_shop.seed_shop().slug]),
            "A campaign": reverse("crowd:campaigns"),
        }

    def _seed_crowd(self) -> int:
        """The port of the stand-in that the demo's campaign is for. Any key opens it."""
        os.environ.setdefault(demo_crowd.CREDENTIALS, demo_crowd.ANY_KEY)
        return demo_crowd.port_of(demo_crowd.seed_crowd(now=timezone.now()))

    def _say(self, text: str) -> None:
        self.stdout.write(f"machina: {text}")
        self.stdout.flush()
