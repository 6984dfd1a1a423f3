"""From a document to a tested policy; and everything that is refused on the way."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from analysis.learning.inference import predictor
from analysis.learning.running import State
from analysis.safety.carrying_out import Stage, demands_of, searched, staged
from analysis.safety.loading.refusal import NotUsable
from analysis.safety.reinforcement.environments import ENVIRONMENTS, expected_return
from analysis.safety.reinforcement.family import kept, written
from analysis.safety.reinforcement.policies import POLICIES, DiscretePolicy
from analysis.safety.reinforcement.subject import PolicySubject
from analysis.safety.subjects import faults
from analysis.safety.terms import Outcome
from analysis.safety.training import tested as put_to_the_test
from experiments.types import Json, JsonObject


class Listener:
    """Hears of everything, keeps nothing."""

    def check(self) -> None: ...

    def progress(self, *, phase: str, epoch: int, split: str = "", step: int = 0, steps: int = 0) -> None: ...


WALKS: Mapping[str, Json] = {"type": "played", "environment": "gridworld", "episodes": 2000}


def document(**change: Json) -> JsonObject:
    return {
        "regime": "reinforcement_learning",
        "data": WALKS,
        "model": {"type": "softmax"},
        "objective": {"type": "expected_return", "by": "PDIS", "caution": 2.0},
        "constraints": [{"text": "J_pi_new_clipped_PDIS >= -0.6", "delta": 0.05, "inflation": 4.0}],
        **change,
    }


def carried_out(wanted: JsonObject) -> tuple[Stage, PolicySubject, Outcome]:
    assert faults(wanted) == []
    stage = staged(wanted)
    demands = demands_of(stage, number=1)
    subject, found = searched(stage, demands, seed=1, reporter=Listener())  # type: ignore[arg-type]  # as much as is asked
    assert isinstance(subject, PolicySubject)
    return stage, subject, put_to_the_test(subject, found, demands, stage.parts.safety, mode=stage.wish.mode)


def test_a_policy_that_passes_is_as_good_as_was_shown() -> None:
    _, subject, outcome = carried_out(document())

    assert outcome.passed, outcome.reason
    assert outcome.theta is not None
    truth = expected_return(
        ENVIRONMENTS.parse("gridworld"), subject.policy, outcome.theta, 3000, rng=np.random.default_rng(2)
    )
    assert truth[0] > -0.2  # the policy that played returns -0.26


def test_a_kept_policy_acts_as_it_was_trained() -> None:
    stage, subject, outcome = carried_out(document())
    assert outcome.theta is not None

    state = kept(subject, outcome.theta, {})
    acting = predictor(State(state.arrays, state.values))
    again = POLICIES.parse(state.values["policy"])

    assert again == subject.policy
    assert isinstance(subject.policy, DiscretePolicy)
    seen = np.arange(8.0)[:, None]
    np.testing.assert_array_equal(acting.scores(seen), subject.policy.table(outcome.theta, seen))
    assert acting.labels == (0, 1, 2, 3)
    assert stage.prepared.title == "gridworld, 2,000 episodes"
    assert written(POLICIES.parse({"type": "mixture", "of": {"type": "softmax"}}))["of"] == {
        "type": "softmax",
        "actions": None,
        "first_action": 0,
        "states": None,
        "first_state": 0,
    }


def test_the_same_document_gives_the_same_policy() -> None:
    one, other = (carried_out(document())[2] for _ in range(2))

    assert one.theta is not None
    assert other.theta is not None
    np.testing.assert_array_equal(one.theta, other.theta)


@pytest.mark.parametrize(
    ("change", "path", "says"),
    [
        ({"model": {"type": "logistic"}}, ("model", "type"), "There is no type “logistic”"),
        ({"label": "y"}, ("label",), "no section “label”"),
        ({"constraints": [{"text": "PR >= 0"}]}, ("constraints", 0, "text"), "PR is a measure of"),
        ({"constraints": [{"text": "J_pi_new_IS_[0] >= 0"}]}, ("constraints", 0, "text"), "Column"),
        (
            {"constraints": [{"text": "J_pi_new_IS >= 0", "ranges": {"J_pi_new_IS": [0, 1]}}]},
            ("constraints", 0, "ranges"),
            "declared once, under returns",
        ),
        ({"returns": {"fixed": True}}, ("returns", "fixed"), "fixed number of steps must be said"),
        ({"returns": {"range": [1, 0]}}, ("returns", "range"), "goes from less to more"),
        ({"clip": 0.5}, ("clip",), ""),
    ],
)
def test_mistakes_are_named_with_their_place(change: JsonObject, path: tuple[str | int, ...], says: str) -> None:
    found = {where: said for where, said, _ in faults({**document(), **change})}

    assert path in found, found
    assert says in found[path]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"returns": {"range": [-1, 1]}}, "outside its declared range"),
        ({"returns": {"horizon": 5}}, "steps, and 5 were said to be most"),
        ({"constraints": [{"text": "J_pi_new_IS_[1] >= 0"}]}, "There is no reward 1"),
        ({"constraints": [{"text": "(J_pi_new_IS | [M]) >= 0"}]}, "M"),
        ({"begin": [0.0, 1.0]}, "32 parameters, and begin gives 2"),
        ({"model": {"type": "softmax", "actions": 2}}, "There are 2 actions, 0 to 1"),
        ({"groups": {"NOBODY": {"column": "half", "equals": 7}}}, "No row has “half” equal to 7"),
    ],
)
def test_episodes_that_do_not_fit_are_refused(change: JsonObject, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        staged({**document(), **change})


def test_where_nothing_is_declared_no_exact_bound_is_begun(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.safety.reinforcement.returns import Returns

    monkeypatch.setattr(
        "analysis.safety.reinforcement.environments.gridworld.Gridworld.returns", lambda _: Returns(0.9)
    )

    with pytest.raises(NotUsable, match="Nothing is declared that would bound J_pi_new_clipped_PDIS"):
        staged(document())
    staged(document(constraints=[{"text": "J_pi_new_IS >= 0", "bound": "student_t"}]))


@pytest.mark.parametrize(
    ("policy", "meaning", "labels"),
    [
        ({"type": "linear_softmax", "numbers": 2, "actions": 2}, {"arms": ["plain", "vivid"]}, ("plain", "vivid")),
        ({"type": "fourier_softmax", "low": [0], "high": [1], "actions": 3, "first_action": -1}, {}, (-1, 0, 1)),
        ({"type": "mixture", "of": {"type": "softmax", "states": 2, "actions": 2}}, {}, (0, 1)),
        ({"type": "gaussian", "numbers": 1, "action_numbers": 1}, {}, ()),
    ],
)
def test_actions_have_the_names_of_the_record(
    policy: JsonObject, meaning: JsonObject, labels: tuple[object, ...]
) -> None:
    from analysis.safety.reinforcement.acting import aim_of

    assert getattr(aim_of(POLICIES.parse(policy), meaning), "labels", ()) == labels


def test_in_the_engines_mode_terms_are_the_engines_and_the_bound_is_students_t() -> None:
    wanted = document(
        mode="engine-compatible", begin="neutral", optimiser="adam", constraints=[{"text": "J_pi_new_WIS >= -0.9"}]
    )

    stage, _, outcome = carried_out(wanted)

    assert stage.parts.candidate.max() < stage.parts.safety.min()
    assert [reading.method for one in outcome.verdicts for reading in one.readings] == ["student_t"]
    assert not outcome.verdicts[0].readings[0].exact


@pytest.mark.parametrize(("by", "said"), [("IS", True), ("WIS", False)])
def test_a_search_that_is_drawn_to_what_was_never_done_is_warned_of(by: str, said: bool) -> None:
    """Rewards that are costs: what was never done has weight 0, and 0 is more than any cost."""
    wanted = document(
        data={"type": "played", "environment": "mountain_car", "episodes": 20},
        model=dict(ENVIRONMENTS.parse("mountain_car").policy),
        objective={"type": "expected_return", "by": by},
    )

    remarks = staged(wanted).prepared.remarks

    assert any("by: WIS" in remark for remark in remarks) == said
