"""``manage.py show_learning``: what has an experiment learnt so far?"""

import json
from argparse import ArgumentParser
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bandits.learning import learns
from bandits.panel import ArmSeen, Panel, Range
from bandits.panel_reads import glances_of, panel_of
from bandits.services.summaries import summarise
from experiments.models import Experiment
from experiments.published import blueprint_of
from experiments.text_table import text_table

HEAD = ("arm", "decisions", "share", "now", "mean", "always valid", "posterior", "best", "loss")


class Command(BaseCommand):
    """Shows the arms of an experiment that learns, with intervals that hold whenever one looks."""

    help = (
        "Show what an experiment has learnt: allocation, intervals that hold whenever you look, chance to be best, "
        "regret. Example: show_learning button-colour --segment device"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which experiment, and how."""
        parser.add_argument("experiment", help="its slug")
        parser.add_argument("--rehearsal", action="store_true", help="of the rehearsal instead")
        parser.add_argument("--segment", default="", metavar="KEY", help="a context key to split by")
        parser.add_argument("--json", action="store_true", help="everything, as JSON")

    def handle(self, *_arguments: object, **options: object) -> None:
        """Bring the sums up to date, and print them."""
        experiment = Experiment.objects.select_related("version").filter(slug=options["experiment"]).first()
        if experiment is None:
            raise CommandError(f"There is no experiment “{options['experiment']}”.")
        if experiment.version_id is None or not learns(blueprint_of(experiment.version_id).allocation):
            raise CommandError(f"“{experiment.title}” does not learn: give it an adaptive policy and start it.")
        now, segment = timezone.now(), str(options["segment"])
        summarise(experiment, now=now)
        panel = panel_of(experiment, is_rehearsal=bool(options["rehearsal"]), now=now, segment=segment)
        if panel is None:
            raise CommandError(_nothing(experiment, is_rehearsal=bool(options["rehearsal"])))
        if segment and panel.segment_key != segment:
            raise CommandError(f"No context has “{segment}”. Known: {', '.join(panel.segment_keys) or 'none'}.")
        self.stdout.write(json.dumps(asdict(panel), indent=2, default=str) if options["json"] else told(panel, segment))


def _nothing(experiment: Experiment, *, is_rehearsal: bool) -> str:
    """Why there is nothing to show, and where something is."""
    others = glances_of([experiment])[experiment.pk]
    rehearsed = others.decisions if others.is_rehearsal else others.rehearsed
    if rehearsed and not is_rehearsal:
        return f"Nothing has been decided for real yet; {rehearsed:,} decisions were rehearsed: add --rehearsal."
    where = "in a rehearsal: leave out --rehearsal for what is real, or rehearse" if is_rehearsal else "yet: ask"
    return f"Nothing has been decided {where} first."


def told(panel: Panel, segment: str) -> str:
    """The panel as text."""
    parts = [_headline(panel), text_table([HEAD, *(_row(arm, panel) for arm in panel.arms)]), _rewards(panel)]
    if segment:
        rows = [
            (one.value, one.arm, f"{one.decisions:,}", f"{one.share:.0%}", _plain(one.mean)) for one in panel.segments
        ]
        parts.append(text_table([(segment, "arm", "decisions", "share", "mean"), *rows]))
    return "\n\n".join(parts)


def _headline(panel: Panel) -> str:
    regret = panel.regret
    high = "unknown" if regret.high is None else f"{regret.high:,.1f}"
    return (
        f"{panel.policy} on “{panel.reward}”, state {panel.state}: {panel.decisions:,} decisions, "
        f"{panel.settled:,} of them settled\n"
        f"Regret against {regret.best or 'the best arm'} so far: {regret.value:,.1f} ({regret.low:,.1f} to {high})"
    )


def _rewards(panel: Panel) -> str:
    seen = panel.rewards
    return (
        f"Rewards: {seen.sent:,} sent, {seen.defaulted:,} by default, {seen.pending:,} pending, {seen.missing:,} "
        f"never came, {seen.excluded:,} excluded; {seen.unfolded:,} wait to be learnt, the oldest for {seen.lag:.0f} s"
    )


def _row(arm: ArmSeen, panel: Panel) -> tuple[str, ...]:
    return (
        arm.name + ("" if arm.is_open else " (closed)"),
        f"{arm.decisions:,}",
        f"{arm.share:.1%}",
        "" if arm.chance is None else f"{arm.chance:.1%}",
        _plain(arm.mean),
        _range(arm.valid),
        _range(arm.posterior),
        "" if arm.chance_best is None else f"{arm.chance_best:.1%}",
        "" if arm.loss is None else f"{arm.loss:.2g}",
    )


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _range(found: Range | None) -> str:
    if found is None:
        return ""
    low, high = ("…" if end is None else f"{end:.3g}" for end in (found.low, found.high))
    return f"{low} to {high}"
