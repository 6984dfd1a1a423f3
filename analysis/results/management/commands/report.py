"""``manage.py report``: keep an analysis for good, list what was kept, and compute one again."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import cast
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analysis.registered.models import Report
from experiments.errors import Refusal
from experiments.models import Experiment
from experiments.types import JsonObject


class Command(BaseCommand):
    """Frozen rows, which the database refuses to change; `--reproduce` shows that they are what the data say."""

    help = (
        "Freeze a report: the analysis by the plan that stands, with a fingerprint of the data, the version of the "
        "code and the seed; the database refuses to change it. --reproduce computes one again from the record as it "
        "was then, compares every figure, and ends with 1 if one differs. "
        "Examples: report lunch-2026 --title 'For the referees' · report lunch-2026 --list · "
        "report --reproduce 1f0c… · report lunch-2026 --json · "
        "report lunch-2026 --out lunch.pdf (or .html, .tex, .json) · report --show 1f0c… --out lunch.pdf"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Of which experiment, or which report."""
        parser.add_argument("experiment", nargs="?", help="its slug")
        parser.add_argument("--title", default="", help="what the report is for")
        parser.add_argument("--list", action="store_true", help="which reports there are")
        parser.add_argument("--show", metavar="UUID", type=UUID, help="a report as it was kept (JSON)")
        parser.add_argument("--reproduce", metavar="UUID", type=UUID, help="compute this report again, and compare")
        parser.add_argument(
            "--out", metavar="FILE", type=Path, help="also write it: .pdf, .html to print, .tex (tables), .json"
        )
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *_arguments: object, **options: object) -> None:
        """One of four things."""
        is_json, out = bool(options["json"]), cast("Path | None", options["out"])
        try:
            ending = _ending(out)
            if isinstance(uuid := options["show"], UUID) and out is not None:
                self._write(_report(uuid), out, ending)
            elif isinstance(uuid, UUID):
                self._say(shown(_report(uuid), whole=True), is_json=True)
            elif isinstance(uuid := options["reproduce"], UUID):
                self._reproduce(_report(uuid), is_json=is_json)
            elif options["list"]:
                self._list(_experiment(options["experiment"]), is_json=is_json)
            else:
                report = self._freeze(_experiment(options["experiment"]), str(options["title"]), is_json=is_json)
                if out is not None:
                    self._write(report, out, ending)
        except Refusal as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}".strip()) from refusal

    def _freeze(self, experiment: Experiment, title: str, *, is_json: bool) -> Report:
        from analysis.results.services.reporting import freeze_report

        report = freeze_report(experiment, title=title, now=timezone.now())
        self._say(shown(report), is_json=is_json)
        return report

    def _write(self, report: Report, out: Path, ending: str) -> None:
        from analysis.results.showing.papers.printing import report_as

        try:
            out.write_bytes(report_as(report, ending).content)
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}.") from error
        self.stderr.write(f"Written to {out}.")

    def _list(self, experiment: Experiment, *, is_json: bool) -> None:
        reports = [shown(report) for report in Report.objects.filter(experiment=experiment).order_by("number")]
        if is_json:
            self.stdout.write(json.dumps(reports, ensure_ascii=False, indent=2))
        elif not reports:
            self.stdout.write(
                f"No report of “{experiment.title}” was frozen yet: report {experiment.slug} freezes one."
            )
        for each in reports if not is_json else ():
            self.stdout.write(f"{each['number']}  {each['at']}  {each['uuid']}  {each['title'] or '(no title)'}")

    def _reproduce(self, report: Report, *, is_json: bool) -> None:
        from analysis.results.services.reproducing import reproduce

        found = reproduce(report)
        told: JsonObject = {
            "report": str(report.uuid),
            "holds": found.holds,
            "same_data": found.data,
            "same_code": found.code,
            "differences": list(found.differences),
            "reasons": list(found.reasons),
        }
        if is_json:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("The data are the same." if found.data else "The data are not the same any more.")
            self.stdout.write("The code is the same." if found.code else "The code is not the same any more.")
            self.stdout.writelines(f"  {each}" for each in found.reasons)
            self.stdout.write("Every figure is the same." if found.holds else "These figures differ:")
            self.stdout.writelines(f"  {each}" for each in found.differences)
        if not found.holds:
            raise CommandError(f"{len(found.differences)} figures differ.", returncode=1)

    def _say(self, told: JsonObject, *, is_json: bool) -> None:
        if is_json:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"Report {told['number']} is frozen: {told['uuid']}")
        for key in ("sha256", "plan_sha256", "fingerprint_sha256", "code_version", "seed"):
            self.stdout.write(f"  {key.replace('_', ' ')}: {told[key]}")
        deviations = told["deviations"]
        for each in deviations if isinstance(deviations, list) else ():
            self.stdout.write(f"  ! {each}")
        self.stdout.write(f"Computed again by: report --reproduce {told['uuid']}")


def shown(report: Report, *, whole: bool = False) -> JsonObject:
    """A report as JSON; whole: with the analysis, the plan and the fingerprint themselves."""
    told: dict[str, object] = {
        "uuid": str(report.uuid),
        "number": report.number,
        "title": report.title,
        "at": report.at.isoformat(),
        "sha256": report.sha256,
        "plan_sha256": report.plan_sha256,
        "fingerprint_sha256": report.fingerprint_sha256,
        "code_version": report.code_version,
        "seed": report.seed,
        "deviations": report.deviations,
    }
    if whole:
        told |= {
            "document": report.document,
            "plan": report.plan,
            "fingerprint": report.fingerprint,
            "seen": report.seen,
        }
    return told  # type: ignore[return-value]  # JSON columns


def _ending(out: Path | None) -> str:
    """Looked at before anything is frozen."""
    from analysis.results.showing.papers.printing import FORMS

    ending = out.suffix.removeprefix(".") if out else ""
    if out is not None and ending not in FORMS:
        raise CommandError(f"{out}: reports are written as {', '.join(f'.{each}' for each in FORMS)}.")
    return ending


def _experiment(slug: object) -> Experiment:
    if slug is None:
        raise CommandError("Name an experiment, or a report: --reproduce UUID.")
    found = Experiment.objects.select_related("study", "version").filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no experiment “{slug}”.")
    return found


def _report(uuid: UUID) -> Report:
    found = Report.objects.select_related("experiment").filter(uuid=uuid).first()
    if found is None:
        raise CommandError(f"There is no report {uuid}.")
    return found
