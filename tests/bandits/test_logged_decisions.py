"""Logged decisions as a data set: a better policy from last month's traffic, shown to be worse for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from unittest.mock import patch

import pytest

from analysis.runs.guards import SETTING_GUARDS
from analysis.safety.carrying_out import demands_of, searched, staged
from analysis.safety.loading.refusal import NotUsable
from analysis.safety.subjects import faults
from analysis.safety.terms import Outcome
from analysis.safety.training import tested as put_to_the_test
from bandits.models import Decision
from bandits.services.deciding import Asked, decide_many
from bandits.services.rewarding import Sent, reward_many
from experiments.errors import BadValue
from experiments.models import Experiment
from experiments.types import Json, JsonObject
from tests.bandits.test_evaluation import LATER, log_of
from tests.learners import make_learner
from tests.studies import NOON

pytestmark = pytest.mark.django_db


class Listener:
    """Hears of everything, keeps nothing."""

    def check(self) -> None: ...

    def progress(self, *, phase: str, epoch: int, split: str = "", step: int = 0, steps: int = 0) -> None: ...


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    """All windows for rewards have closed."""
    with patch("django.utils.timezone.now", return_value=LATER):
        yield


def setting(experiment: Experiment, *texts: str, bound: Json = None, **data: Json) -> JsonObject:
    return {
        "regime": "reinforcement_learning",
        "data": {"type": "decisions", "experiment": experiment.slug, **data},
        "groups": {"MENU": {"column": "page", "equals": "menu"}, "HOME": {"column": "page", "equals": "home"}},
        "model": {"type": "linear_softmax"},
        "constraints": [{"text": text, "delta": 0.05, **({"bound": bound} if bound else {})} for text in texts],
        "safety": {"split": "ordered"},
    }


def trained(wanted: JsonObject) -> Outcome:
    assert faults(wanted) == []
    stage = staged(wanted)
    demands = demands_of(stage, number=1)
    subject, candidate = searched(stage, demands, seed=1, reporter=Listener())  # type: ignore[arg-type]  # as much as is asked
    return put_to_the_test(subject, candidate, demands, stage.parts.safety, mode=stage.wish.mode)


NOT_WORSE = ("(J_gain_IS | [MENU]) >= 0", "(J_gain_IS | [HOME]) >= 0")


def test_a_better_policy_is_found_and_shown_to_be_worse_for_nobody() -> None:
    experiment = make_learner(slug="offer", policy="uniform")
    log_of(experiment, each=120, rates={"plain": 0.2, "vivid": 0.8})

    outcome = trained(setting(experiment, *NOT_WORSE))

    assert outcome.passed
    assert all(one.estimate < -0.1 for one in outcome.verdicts)
    assert {reading.method for one in outcome.verdicts for reading in one.readings} == {"betting"}


def test_where_nothing_can_be_gained_there_is_no_solution() -> None:
    experiment = make_learner(slug="offer", policy="uniform")
    log_of(experiment, rates={"plain": 0.5, "vivid": 0.5})

    outcome = trained(setting(experiment, "J_gain_IS >= 0.05"))

    assert not outcome.passed
    assert "above 0" in outcome.reason


def test_what_is_seen_done_earned_and_with_which_chance() -> None:
    experiment = make_learner(slug="offer", policy="uniform")
    log_of(experiment, rounds=2)
    features: Json = [{"attribute": "page", "is": "menu"}]

    stage = staged(setting(experiment, NOT_WORSE[0], features=features))

    episodes = stage.prepared.subject.episodes  # type: ignore[attr-defined]  # of this family
    first = Decision.objects.order_by("pk").first()
    assert first is not None
    assert len(episodes) == 80
    assert episodes.observations[:2, 0].tolist() == [0.0, 1.0]
    assert episodes.chances.tolist() == [0.5] * 80
    assert episodes.rewards[0, 0] == first.reward.value
    assert stage.prepared.subject.recipe.returns.span(0) == (0.0, 1.0)  # type: ignore[attr-defined]
    assert stage.prepared.described is not None
    assert stage.prepared.described["groups"] == {"MENU": 40, "HOME": 40}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"safety": {}}, r"safety\.split: The policy learnt while it played"),
        ({"constraints": [{"text": NOT_WORSE[0], "bound": "maurer_pontil"}]}, "for independent episodes"),
        ({"constraints": [{"text": "J_pi_b >= 0"}]}, r"bound: \{type: betting, seed: null\}"),
        ({"data": {"type": "decisions", "experiment": "offer", "until": "2025-01-01"}}, "No settled decision"),
        ({"data": {"type": "decisions", "experiment": "offer", "alternates": ["seconds"]}}, "came without “seconds”"),
        ({"data": {"type": "decisions", "experiment": "soup"}}, "no experiment “soup”"),
    ],
)
def test_what_cannot_be_trusted_is_refused(change: JsonObject, says: str) -> None:
    experiment = make_learner(slug="offer", floor=0.1)
    log_of(experiment, rounds=2)
    before = Decision.objects.count()

    with pytest.raises(NotUsable, match=says):
        staged({**setting(experiment, NOT_WORSE[0]), **change})

    assert Decision.objects.count() == before


def test_decisions_of_one_visitor_are_on_one_side_and_count_as_one() -> None:
    experiment = make_learner(slug="offer", policy="uniform")
    asked = [Asked(context={"page": "menu", "visitor": name}) for name in ("ann", "bob", "cy", "di", "ed", "flo") * 10]
    made = [decision for decision, _ in decide_many(experiment, asked, now=NOON)]
    reward_many(experiment, [Sent(one.uuid, 1.0) for one in made], now=NOON)

    stage = staged(
        {**setting(experiment, "J_gain_IS >= 0"), "groups": {}, "unit": "visitor", "safety": {"fraction": 0.5}}
    )

    assert (stage.origin.rows, stage.origin.n_safety) == (6, 3)
    assert (
        "60 episodes of 6 units (visitor): each unit is on one side, and counts once, by its mean."
        in stage.origin.remarks
    )


def test_a_policy_that_learnt_is_tested_on_later_decisions_in_their_order() -> None:
    experiment = make_learner(slug="offer", floor=0.1)
    log_of(experiment, each=60)

    stage = staged(setting(experiment, *NOT_WORSE, "J_pi_b >= 0.1", bound={"type": "betting", "seed": None}))

    assert stage.parts.candidate.max() < stage.parts.safety.min()


def test_a_batch_reads_only_decisions_of_its_own_study() -> None:
    own, strange = make_learner(slug="offer"), make_learner(slug="secret")
    guard = SETTING_GUARDS["decisions"]

    guard(own, setting(own, NOT_WORSE[0]))
    with pytest.raises(BadValue, match="no experiment “secret” in this study"):
        guard(own, setting(strange, NOT_WORSE[0]))


def test_more_decisions_are_other_data() -> None:
    from bandits.logged.source import Decisions

    experiment = make_learner(slug="offer", policy="uniform")
    log_of(experiment, rounds=1)
    whole, part = Decisions(experiment="offer"), Decisions(experiment="offer", until="2026-01-05T11:00")

    assert whole.identity() != part.identity()
    assert whole.identity()["decisions"] == 40
    assert isinstance(LATER, datetime)


def test_no_run_is_queued_that_would_read_another_studys_decisions() -> None:
    from analysis.runs.models import Run
    from analysis.runs.services.preparing import Wish, make_ready

    experiment = make_learner(slug="offer", policy="uniform")
    log_of(experiment, rounds=1)
    document: JsonObject = {"procedure": "safe", **setting(experiment, NOT_WORSE[0])}

    with pytest.raises(BadValue, match="no experiment “offer” in this study"):
        make_ready("elsewhere", document, Wish(study="computations"), now=LATER)

    assert not Run.objects.exists()
