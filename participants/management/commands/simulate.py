"""``manage.py simulate``: scripted participants go through the real pages, over real HTTP."""

from __future__ import annotations

import contextlib
import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn, TypedDict, Unpack

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from experiments.models import Experiment, Status
from experiments.problems import StudyFileError
from experiments.published import blueprint_of
from experiments.services.lifecycle import rehearse_experiment
from experiments.yaml_file import load
from participants.flow.answer_model import AnswerModel
from participants.simulation.audit import audit
from participants.simulation.browser import Network
from participants.simulation.knowledge import Knowledge
from participants.simulation.learning import learning
from participants.simulation.ledger import Ledger
from participants.simulation.pace import Pace
from participants.simulation.people import Crowd, people
from participants.simulation.report import Report
from participants.simulation.run import Arrivals, Run
from participants.simulation.serve import web_server
from participants.simulation.visit import Script, new_run

EPILOG = """\
examples:
  manage.py simulate lunch-2026 --serve                        a web server of its own for the time of the run
  manage.py simulate lunch-2026 --participants 300 --drop-out 0.3 --slow 0.1 --doubling 0.1 --network-loss 0.1
  manage.py simulate trust-2026 --answers answers.yaml --arrive-over 600 --think-time real --into-running

Rehearse first: answers to an experiment in rehearsal never mix with real ones. Simulated people in a running
experiment are real rows, marked by their platform, “simulated”; that needs --into-running.
Exit status 1: a page broke, something acknowledged is missing or there twice, or a place of the list is lost.
More: docs/simulate.md
"""


class Options(TypedDict):
    """What the command line gives."""

    experiment: str
    participants: int
    clients: int
    seed: int
    drop_out: float
    slow: float
    impatient: float
    doubling: float
    network_loss: float
    answers: str | None
    base_url: str | None
    serve: bool
    think_time: str
    away: float | None
    arrive_over: float
    until_full: bool
    come_back: float
    into_running: bool
    rehearse: bool
    through_faults: bool
    json: bool
    rate: bool


class Command(BaseCommand):
    """Parses, runs, reports."""

    help = "Send scripted participants through an experiment's real pages, and report every page that broke."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who comes, how, and where."""
        parser.epilog, parser.formatter_class = EPILOG, RawDescriptionHelpFormatter
        parser.add_argument("experiment", help="its slug")
        parser.add_argument("--participants", type=int, default=100, help="how many come at most (100)")
        parser.add_argument("--clients", type=int, default=12, help="how many may be on the pages at once (12)")
        parser.add_argument("--seed", type=int, default=18, help="settles who does what (18)")
        for name, what in SHARES.items():
            parser.add_argument(f"--{name}", type=share, default=0.0, metavar="SHARE", help=what)
        parser.add_argument("--answers", metavar="FILE", help="how they answer in each arm (YAML)")
        parser.add_argument("--base-url", help=f"where the pages are (http://127.0.0.1:{settings.PORT})")
        parser.add_argument("--serve", action="store_true", help="start a web server for the time of the run")
        parser.add_argument("--think-time", default="fast", help="on each page: fast, real, or seconds")
        parser.add_argument("--away", type=float, help="seconds that the slow stay away from one page")
        parser.add_argument(
            "--arrive-over", type=float, default=0.0, metavar="SECONDS", help="arrive evenly in that time"
        )
        parser.add_argument("--until-full", action="store_true", help="stop sending people once somebody finds it full")
        parser.add_argument(
            "--come-back", type=float, default=0.0, metavar="SECONDS", help="try again that long if full"
        )
        parser.add_argument("--into-running", action="store_true", help="the experiment may be running")
        parser.add_argument("--rehearse", action="store_true", help="bring a draft to rehearsal first")
        parser.add_argument("--through-faults", action="store_true", help="server errors are expected: only retry")
        parser.add_argument("--json", action="store_true", help="the report as JSON")
        parser.add_argument("--rate", action="store_true", help="also say how many per second")

    def handle(self, *_arguments: object, **options: Unpack[Options]) -> None:
        """Simulate and report."""
        experiment = _ready(options)
        with contextlib.ExitStack() as stack:
            base_url = stack.enter_context(web_server()) if options["serve"] else _base_url(options)
            report = simulate(experiment, base_url, options, on_tty=sys.stderr.isatty())
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), indent=2, ensure_ascii=False))
        else:
            for line in report.lines(rate=options["rate"]):
                self.stdout.write(line)
        if not report.is_ok:
            sys.exit(1)


PATIENCE, THROUGH_FAULTS = 20.0, 120.0  # seconds for which somebody keeps trying
SHARES: Mapping[str, str] = {
    "drop-out": "share who leave before the end",
    "slow": "share who stay away longer than their lease or a page's time",
    "impatient": "share who reload, go back, and send twice",
    "doubling": "share with two tabs or two devices",
    "network-loss": "share whose connections break",
}


def share(text: str) -> float:
    """A number from 0 to 1."""
    value = float(text)
    if not 0 <= value <= 1:
        raise ValueError
    return value


def simulate(experiment: Experiment, base_url: str, options: Options, *, on_tty: bool = False) -> Report:
    """One run with its audit."""
    ledger = Ledger()
    _look_in(base_url, experiment)
    lease = blueprint_of(experiment.version_id).lease_seconds if experiment.version_id else 600
    patience = THROUGH_FAULTS if options["through_faults"] else PATIENCE
    with Knowledge(patience) as knowledge:
        script = Script(
            slug=experiment.slug,
            run=new_run(),
            model=read_answers(options["answers"]),
            pace=Pace.parse(options["think_time"], lease_seconds=lease, away=options["away"]),
            knowledge=knowledge,
            ledger=ledger,
            come_back=options["come_back"],
        )
        run = Run(
            script,
            Network(base_url, patience=patience, through_faults=options["through_faults"]),
            Arrivals(options["clients"], over=options["arrive_over"], until_full=options["until_full"]),
            progress=_bar if on_tty else lambda done, total: None,
        )
        with learning(experiment):
            seconds = run.run(people(_crowd(options)))
        found = knowledge.read(lambda: audit(experiment, ledger))
    return Report(experiment.slug, options["participants"], seconds, ledger, found)


def _crowd(options: Options) -> Crowd:
    return Crowd(
        options["participants"],
        seed=options["seed"],
        drop_out=options["drop_out"],
        slow=options["slow"],
        impatient=options["impatient"],
        doubling=options["doubling"],
        network_loss=options["network_loss"],
    )


def read_answers(path: str | None) -> AnswerModel:
    """The stated model; without a file an empty one."""
    if path is None:
        return AnswerModel()
    try:
        document, positions = load(Path(path).read_text(encoding="utf-8"))
        return AnswerModel.parse(document, positions)
    except (OSError, StudyFileError) as error:
        raise CommandError(f"{path}: {error}") from error


def _ready(options: Options) -> Experiment:
    experiment = Experiment.objects.select_related("study", "version").filter(slug=options["experiment"]).first()
    if experiment is None:
        _refuse(f"There is no experiment “{options['experiment']}”.", _known())
    if experiment.status == Status.DRAFT and options["rehearse"]:
        experiment = rehearse_experiment(experiment)
    if not experiment.is_open:
        _refuse(f"“{experiment.slug}” is {experiment.standing}: nobody gets in.", "A draft: --rehearse opens it.")
    if experiment.status == Status.RUNNING and not options["into_running"]:
        _refuse(
            f"“{experiment.slug}” is running: simulated answers would lie among the real ones (marked “simulated”).",
            "Rehearse instead, or say --into-running.",
        )
    return Experiment.objects.select_related("study", "version").get(pk=experiment.pk)


def _look_in(base_url: str, experiment: Experiment) -> None:
    """Better one sentence than a hundred failures."""
    url = f"{base_url}/s/{experiment.slug}/"
    try:
        response = httpx.get(url, timeout=30.0, trust_env=False)
    except httpx.TransportError as error:
        _refuse(f"Nobody answers at {base_url} ({error}).", "Start the site, name it with --base-url, or say --serve.")
    if response.status_code != 200:
        _refuse(f"{url} answers {response.status_code}.", "Look into the log of the web server.")


def _known() -> str:
    slugs = list(Experiment.objects.exclude(status=Status.ARCHIVED).values_list("slug", flat=True)[:10])
    return f"Known: {', '.join(slugs)}." if slugs else "There is none yet: import_study brings one."


def _refuse(message: str, hint: str) -> NoReturn:
    raise CommandError(f"{message} {hint}")


def _base_url(options: Options) -> str:
    return (options["base_url"] or f"http://127.0.0.1:{settings.PORT}").rstrip("/")


def _bar(done: int, total: int) -> None:
    filled = 40 * done // total
    sys.stderr.write(f"\r[{'#' * filled}{'.' * (40 - filled)}] {done}/{total}" + ("\n" if done == total else ""))
    sys.stderr.flush()
