"""``manage.py plan``: what an experiment needs, costs and would show, before anybody is paid."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from analysis.results.services.folding import fold
from analysis.statistics.words import NoAnswer
from experiments.models import Experiment

if TYPE_CHECKING:
    from analysis.planning.next_step import NextStep
    from analysis.planning.planned import Planned
    from analysis.planning.wanted import Wanted
    from bandits.planning.reporting import Report
    from machina_site.planning.earlier import Earlier
    from machina_site.planning.reading import Known

EPILOG = """examples:
  manage.py plan lunch-2026                          what is suggested: from the definition, the record, the campaign
  manage.py plan lunch-2026 --effect 5 --power 0.9   people, money and days for a larger certainty
  manage.py plan lunch-2026 --people 120             what 120 people find
  manage.py plan lunch-2026 --budget 500 --reward 2 --fee 0.4 --drop-out 0.1
  manage.py plan lunch-2026 --watch anytime --simulate 2000     played through: errors, power, cost, right choices
  manage.py plan lunch-2026 --earlier lunch-2025:0.3  believe last year's people, each counting for three tenths
  manage.py plan lunch-2026 --next 20 --budget 500   under way: go on or stop, and to whom the next 20 places go

Where the experiment learns, the simulation plays its very policy, and judges it by the stored chances. --json gives all
of it to a script; --seed makes it the same again. Any other design than an experiment's: manage.py power."""


class Command(BaseCommand):
    """Reads the experiment, plans it, and plays it through if asked. Nothing is stored."""

    help = "Plan an experiment: how many people, what it costs, how long it takes, and what would come out."

    def add_arguments(self, parser: CommandParser) -> None:
        """Everything that may be moved, each with what is suggested if it is left out."""
        from analysis.planning.wanted import Wanted  # SciPy: only when somebody plans

        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = EPILOG
        parser.add_argument("experiment", help="its slug")
        for asked in Wanted.declared():
            name, options = f"--{asked.name.replace('_', '-')}", asked.metadata.get("options")
            title = asked.metadata["title"].replace("%", "%%")
            parser.add_argument(name, dest=asked.name, choices=options, help=title)
        parser.add_argument("--simulate", type=int, default=0, metavar="RUNS", help="play it through so many times")
        parser.add_argument("--next", type=int, default=0, metavar="N", help="what the next N people would teach")
        parser.add_argument("--earlier", metavar="SLUG:SHARE", help="believe another experiment, at that share of it")
        parser.add_argument("--target", default="best_arm", help="best_arm, compare_to_control or estimate (best_arm)")
        parser.add_argument("--seed", type=int, default=18, help="of the simulation (18)")
        parser.add_argument("--curve", action="store_true", help="power at growing numbers of people")
        parser.add_argument("--json", action="store_true", help="everything as JSON")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Plan, play, say."""
        from machina_site.planning.composing import planned_of, wanted_of
        from machina_site.planning.reading import known_of

        experiment = _experiment(str(options["experiment"]))
        known = known_of(experiment, with_data=True)
        try:
            wanted, earlier = _with_earlier(experiment, known, wanted_of(known, _given(options)), options)
            planned = planned_of(known, wanted)
            report = self._played(known, planned, options)
            step = _next_step(experiment, known, planned, options)
        except NoAnswer as error:
            raise CommandError(str(error)) from error
        except ValueError as error:
            raise CommandError(f"Not planned: {error}") from error
        if options["json"]:
            played = {} if report is None else {"simulation": report.as_json()}
            played |= {} if earlier is None else {"earlier": asdict(earlier)}
            played |= {} if step is None else {"next": step.as_json()}
            self.stdout.write(json.dumps({**planned.as_json(), "currency": known.currency, **played}, indent=2))
            return
        if step is not None:
            self._step(step)
            return
        if earlier is not None:
            self._earlier(earlier)
        self._say(planned, known.currency, with_curve=bool(options["curve"]))
        if report is not None:
            self._report(report, planned, known.currency)

    def _played(self, known: Known, planned: Planned, options: Mapping[str, object]) -> Report | None:
        """In pieces, with a bar on a terminal."""
        from bandits.planning.reporting import Report
        from machina_site.planning.composing import played, runs_at_once

        wanted, seed = int(str(options["simulate"])), int(str(options["seed"]))
        if wanted <= 0:
            return None
        report, piece = Report.empty(), 0
        while report.runs < wanted:
            runs = min(runs_at_once(known, planned), wanted - report.runs)
            report += played(known, planned, runs=runs, seed=seed, piece=piece)
            piece += 1
            self._bar(report.runs, wanted)
        return report

    def _bar(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            filled = "█" * (24 * done // total)
            ending = "\n" if done == total else ""
            self.stderr.write(f"\r{'simulated':>14} {filled:<24} {done:,} of {total:,}", ending=ending)

    def _say(self, planned: Planned, currency: str, *, with_curve: bool) -> None:
        self.stdout.write(self.style.SUCCESS(planned.sentence))
        bill, bought = planned.bill, planned.bought
        if bill.total:
            self.stdout.write(f"Money: {bill.total:,.2f} {currency} for {bill.people:,} people, fees included.")
        if bought is not None:
            smallest = "" if bought.effect is None else f" What is found as surely as wanted is {bought.effect:.4g}."
            if bought.values < 2 * len(planned.facts.arms):
                self.stdout.write(f"The budget pays for {bought.values:,} people: too few to compare the arms at all.")
            else:
                self.stdout.write(
                    f"The budget pays for {bought.values:,} people: a chance of {bought.chance}.{smallest}"
                )
        if planned.shares is not None and planned.shares.factor < 0.99:
            shares = " / ".join(f"{100 * share:.0f}" for share in planned.shares.shares)
            saved = 100 * (1 - planned.shares.factor)
            self.stdout.write(f"Shares of {shares} % would need {saved:.0f} % fewer people for the same precision.")
        for remark in planned.remarks:
            self.stdout.write(remark)
        if with_curve:
            self.stdout.write(f"\n{'people':>10}  power")
            for people, power in planned.curve:
                self.stdout.write(f"{people:>10,}  {100 * power:5.1f} %  {'█' * round(40 * power)}")

    def _earlier(self, earlier: Earlier) -> None:
        self.stdout.write(earlier.sentence)
        for conflict in earlier.conflicts:
            self.stdout.write(self.style.WARNING(conflict))
        if earlier.policy:
            allocation = {"earlier": earlier.policy, "earlier_share": earlier.share}
            self.stdout.write(f"For allocation information_gain: {json.dumps(allocation)}")

    def _step(self, step: NextStep) -> None:
        from analysis.planning.stopping.rules import chance_in_words

        self.stdout.write(self.style.SUCCESS(step.verdict.sentence))
        if step.success is not None:
            self.stdout.write(f"Success at the planned end has a chance of {chance_in_words(step.success)}.")
        goes_on = step.verdict.goes_on
        heading = f"\n{'arm':<20}  {'best':>16}  {'a look teaches':>16}"
        self.stdout.write(f"{heading}  next places" if goes_on else heading)
        for name, chance, gain, places in zip(step.names, step.chances, step.gains, step.places, strict=True):
            row = f"{name:<20}  {chance_in_words(chance):>16}  {gain:11.5f} nats"
            self.stdout.write(f"{row}  {places:>11,}" if goes_on else row)

    def _report(self, report: Report, planned: Planned, currency: str) -> None:
        self.stdout.write(f"\nPlayed through {report.runs:,} times each; in brackets what more runs could still show:")
        self.stdout.write(f"{'':<42}  {'no effect':<24}  as planned")
        for asked, quiet, loud in report.rows():
            self.stdout.write(f"{asked:<42}  {quiet:<24}  {loud}".rstrip())
        people, cost = report.with_.mean("people")[0], report.with_.mean("cost")
        self.stdout.write(f"{'People, on average':<42}  {report.without.mean('people')[0]:<24,.0f}  {people:,.0f}")
        if cost[0]:
            self.stdout.write(f"{'Cost, on average':<42}  {'':<24}  {cost[0]:,.2f} {currency}")
        for warning in report.warnings(planned.wanted.level):
            self.stdout.write(self.style.WARNING(warning))


def _with_earlier(
    experiment: Experiment, known: Known, wanted: Wanted, options: Mapping[str, object]
) -> tuple[Wanted, Earlier | None]:
    """With the belief that an earlier experiment leaves, where the effect was not typed."""
    from machina_site.planning.earlier import believed, earlier_of
    from machina_site.planning.standing import sums_of

    if not options["earlier"]:
        return wanted, None
    slug, _, share = str(options["earlier"]).rpartition(":")
    try:
        counted = float(share)
    except ValueError:
        raise ValueError("--earlier takes a slug and a share, such as lunch-2025:0.3.") from None
    try:
        present = sums_of(experiment, known)
    except NoAnswer:
        present = ()
    found = earlier_of(known, _experiment(slug), counted, present)
    return (wanted if options["effect"] is not None else believed(wanted, found)), found


def _next_step(
    experiment: Experiment, known: Known, planned: Planned, options: Mapping[str, object]
) -> NextStep | None:
    """What is counted is brought up to date first."""
    size = int(str(options["next"]))
    if not size:
        return None
    from analysis.planning.next_step import Ask
    from machina_site.planning.standing import next_step_of

    fold(experiment, now=timezone.now())
    return next_step_of(experiment, known, planned.wanted, Ask(size=size, target=str(options["target"])))


def _experiment(slug: str) -> Experiment:
    found = Experiment.objects.select_related("study", "version").filter(slug=slug).first()
    if found is None:
        known = ", ".join(Experiment.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none"
        raise CommandError(f"There is no experiment “{slug}”. Experiments: {known}.")
    return found


def _given(options: Mapping[str, object]) -> dict[str, object]:
    from analysis.planning.wanted import Wanted

    return {one.name: options[one.name] for one in Wanted.declared() if options[one.name] is not None}
