"""The demo's shop: an experiment that learns which colour of a button sells, and visitors who are simulated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from django.contrib.auth import get_user_model
from django.db import transaction

from bandits.models import Decision
from bandits.services.deciding import Asked, decide_many
from bandits.services.folding import fold
from bandits.services.rewarding import Sent, reward_many
from experiments.chance import Stream
from experiments.models import Experiment, Status
from experiments.services.lifecycle import start_experiment
from experiments.services.study_file import import_study
from experiments.types import JsonObject
from experiments.yaml_file import load
from machina_site.paths import BASE

FILE = BASE / "examples" / "button_colour" / "study.yaml"
SLUG = "button-colour"
BUYS = {"phone": {"grey": 0.10, "green": 0.16, "orange": 0.13}, "desk": {"grey": 0.14, "green": 0.22, "orange": 0.15}}
PHONES = 0.7
ROUNDS, ROUND, PARTS, EACH = 24, timedelta(minutes=5), 5, 15
SEED = 18


def seed_shop() -> Experiment:
    """The running experiment. What is there already stays as somebody left it."""
    known = Experiment.objects.filter(slug=SLUG).first()
    if known is not None:
        return known
    document, _ = load(FILE.read_bytes())
    owner = get_user_model().objects.filter(is_superuser=True).order_by("pk").first()
    experiment = import_study(cast(JsonObject, document), owner=owner).experiments.get(slug=SLUG)
    return start_experiment(experiment) if experiment.status == Status.DRAFT else experiment


@transaction.atomic
def live_through(experiment: Experiment, *, now: datetime) -> None:
    """The visitors of its first two hours, unless somebody was there already."""
    if not experiment.is_open or Decision.objects.of(experiment, is_rehearsal=False).exists():
        return
    for number in range(ROUNDS):
        begin = now - ROUND * (ROUNDS - number)
        for part in range(PARTS):
            at = begin + part * ROUND / PARTS
            here = visit(experiment, EACH, label=f"past {number} {part}", now=at)
            buy(here, now=at + timedelta(seconds=(4, 25, 9, 70, 14)[part % 5]))
        fold(experiment, now=begin + ROUND - timedelta(seconds=1))


def visit(experiment: Experiment, n: int, *, label: str, now: datetime) -> list[Decision]:
    """So many visitors at once, on phones or at desks."""
    stream = Stream(SEED, "demo visitors", label)
    devices = ["phone" if stream.uniform() < PHONES else "desk" for _ in range(n)]
    return [one for one, _ in decide_many(experiment, [Asked(context={"device": one}) for one in devices], now=now)]


def buy(decisions: Sequence[Decision], *, now: datetime) -> int:
    """Those who buy do so now; the others never say anything. How many bought."""
    bought = [one for one in decisions if Stream(SEED, "demo purchase", one.uuid.hex).uniform() < _chance(one)]
    return reward_many(bought[0].experiment, [Sent(one.uuid, 1) for one in bought], now=now) if bought else 0


def _chance(decision: Decision) -> float:
    context = cast("dict[str, str]", decision.context)
    return BUYS[context["device"]][decision.arm.name]
