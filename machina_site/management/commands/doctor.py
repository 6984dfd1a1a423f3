"""``manage.py doctor``: what runs where, what is wrong, and what to do about it."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict

from django.core.management.base import BaseCommand

from machina_site.doctor.examination import examine
from machina_site.doctor.finding import Finding, Verdict


class Command(BaseCommand):
    """Looks, starts nothing, changes nothing. Status 1 if anything fails."""

    help = "Say what runs where, what is wrong, and what to do about it. Status 0: nothing fails (warnings may stand)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """For scripts."""
        parser.add_argument("--json", action="store_true", help="the findings as a JSON list")

    def handle(self, *_arguments: object, **options: bool) -> None:
        """Examine, report, tell the truth by the exit status."""
        findings = examine()
        report = json.dumps([asdict(finding) for finding in findings], indent=2) if options["json"] else table(findings)
        self.stdout.write(report)
        if any(finding.verdict == Verdict.FAIL for finding in findings):
            sys.exit(1)


def table(findings: Sequence[Finding]) -> str:
    """One line each, the advice below what is not well."""
    width = max(len(finding.subject) for finding in findings)
    lines = []
    for finding in findings:
        lines.append(f"{finding.verdict:<4}  {finding.subject:<{width}}  {finding.says}")
        if finding.advice:
            lines.append(f"{'':4}  {'':{width}}  -> {finding.advice}")
    fails = sum(finding.verdict == Verdict.FAIL for finding in findings)
    warnings = sum(finding.verdict == Verdict.WARN for finding in findings)
    return "\n".join([*lines, "", f"{len(findings)} looked at, {fails} failing, {warnings} with a warning"])
