"""Who may enter an experiment: holdouts, layers, namespaces and rules, the same at every door."""

import pytest

from bandits.errors import NotInExperiment
from bandits.models import Decision
from bandits.policies import PolicyError
from bandits.policies.audience import Audience
from bandits.services.asking import Asking, assign_unit
from bandits.services.bucketing import bucket_unit
from bandits.services.deciding import Asked, decide, decide_many
from bandits.services.exposures import EXPOSURES
from experiments.errors import Conflict, NotReady
from experiments.models import Assignment, Experiment, Unit
from experiments.services.lifecycle import complete_experiment, pause_experiment, start_experiment
from experiments.services.versions import publish_version
from experiments.types import Json, JsonObject
from tests.factories import make_experiment
from tests.learners import make_learner
from tests.studies import NOON

UNITS = [f"u{number}" for number in range(20_000)]


def inside(**spec: object) -> set[str]:
    audience = Audience.parse(spec)
    return {unit for unit in UNITS if audience.verdict(unit, {}).is_inside}


def test_experiments_of_one_layer_share_no_unit_and_all_their_slots_are_everybody() -> None:
    first = inside(layer="checkout", slots=[[0, 4000]])
    second = inside(layer="checkout", slots=[[4000, 9000], [9500, 10000]])
    rest = inside(layer="checkout", slots=[[9000, 9500]])

    assert not first & second
    assert first | second | rest == set(UNITS)
    assert abs(len(first) / len(UNITS) - 0.4) < 0.015


def test_layers_are_independent_of_each_other() -> None:
    first, other = inside(layer="checkout", slots=[[0, 5000]]), inside(layer="search", slots=[[0, 5000]])

    assert abs(len(first & other) / len(UNITS) - 0.25) < 0.015


def test_a_holdout_is_the_same_units_in_every_experiment_whatever_its_layer() -> None:
    held = set(UNITS) - inside(holdout="2026", holdout_share=0.05)
    also = inside(holdout="2026", holdout_share=0.05, layer="checkout", slots=[[0, 5000]])

    assert abs(len(held) / len(UNITS) - 0.05) < 0.006
    assert not held & also
    assert held < set(UNITS) - inside(holdout="2026", holdout_share=0.1)


def test_a_namespace_is_growthbooks() -> None:
    audience = Audience.parse({"namespace": "namespace1", "namespace_range": [0, 0.4]})

    assert not audience.verdict("1", {}).is_inside
    assert Audience.parse({"namespace": "namespace1", "namespace_range": [0.4, 1]}).verdict("1", {}).is_inside


def test_a_unit_without_a_name_is_in_no_part_of_a_layer() -> None:
    verdict = Audience.parse({"layer": "checkout"}).verdict("", {})

    assert not verdict.is_inside
    assert "belongs to no part" in verdict.reason


BAD: list[tuple[object, str]] = [
    ("everybody", "must be an object"),
    ({"layers": "checkout"}, "Did you mean layer?"),
    ({"slots": [[0, 10]]}, "not its name"),
    ({"holdout_share": 0.1}, "not its name"),
    ({"holdout": "h", "holdout_share": 2}, "from 0 to 1"),
    ({"layer": "c", "slots": [[10, 10]]}, "is empty"),
    ({"layer": "c", "slots": [[0, 10_001]]}, "10000"),
    ({"layer": "c", "slots": [[0]]}, "a pair"),
    ({"layer": "c", "slots": 5}, "a list of parts"),
    ({"layer": ""}, "characters"),
    ({"namespace": "n", "namespace_range": [1, 0]}, "namespace_range"),
    ({"where": {"a": {"$foo": 1}}}, "allocation.audience.where.a.$foo"),
]


@pytest.mark.parametrize(("spec", "said"), BAD, ids=[str(case[0]) for case in BAD])
def test_what_is_no_audience_is_refused_with_its_place(spec: object, said: str) -> None:
    with pytest.raises(PolicyError) as refused:
        Audience.parse(spec)

    assert said in str(refused.value)


GERMANS: JsonObject = {"where": {"country": "DE"}}


@pytest.mark.django_db
def test_who_is_not_in_the_audience_gets_no_decision_and_hears_which_rule_it_was() -> None:
    experiment = make_learner(audience=GERMANS)
    decide(experiment, Asked("inside", {"country": "DE"}), now=NOON)

    with pytest.raises(NotInExperiment, match="country is DE: no, it is US"):
        decide(experiment, Asked("outside", {"country": "US"}), now=NOON)
    with pytest.raises(NotInExperiment):
        decide_many(experiment, [Asked("a", {"country": "DE"}), Asked("b")], now=NOON)
    assert Decision.objects.get().key == "inside"


@pytest.mark.django_db
def test_who_has_an_arm_keeps_it_when_the_audience_shrinks() -> None:
    experiment = make_learner()
    first, _ = decide(experiment, Asked("device", {"country": "US"}), now=NOON)
    allocation: dict[str, Json] = dict(experiment.allocation)  # type: ignore[arg-type]  # an object
    experiment.allocation = {**allocation, "audience": GERMANS}
    experiment.save(update_fields=["allocation"])
    publish_version(experiment)
    experiment.refresh_from_db()

    again, is_new = decide(experiment, Asked("device", {"country": "US"}), now=NOON)
    assert (again.uuid, is_new) == (first.uuid, False)
    with pytest.raises(NotInExperiment):
        decide(experiment, Asked("newcomer", {"country": "US"}), now=NOON)


@pytest.mark.django_db
def test_places_under_a_fixed_policy_are_for_the_audience_too() -> None:
    experiment = make_experiment(unit_kind="visitor", steps=[], allocation={"policy": "hash", "audience": GERMANS})
    assign_unit(experiment, Asking("inside", {"country": "DE"}), now=NOON)

    with pytest.raises(NotInExperiment, match="country"):
        assign_unit(experiment, Asking("outside", {"country": "US"}), now=NOON)
    assert Assignment.objects.count() == Unit.objects.count() == 1


@pytest.mark.django_db
def test_people_are_chosen_by_screening_and_not_by_an_audience() -> None:
    with pytest.raises(NotReady, match="screening pages"):
        make_experiment(allocation={"policy": "permuted_blocks", "audience": GERMANS})


@pytest.mark.django_db
def test_an_audience_that_cannot_be_read_keeps_the_experiment_from_starting() -> None:
    with pytest.raises(NotReady, match=r"there is no \$foo"):
        make_learner(audience={"where": {"a": {"$foo": 1}}})


def part(start: int, stop: int) -> JsonObject:
    return {"layer": "checkout", "slots": [[start, stop]]}


@pytest.mark.django_db
def test_slots_that_another_experiment_under_way_owns_cannot_be_claimed() -> None:
    first = make_learner(slug="prices", audience=part(0, 4000))
    draft = make_learner(slug="colours", status="draft", audience=part(3999, 6000))

    for under_way in (first, pause_experiment(first)):
        assert under_way.slug == "prices"
        with pytest.raises(Conflict, match="both claim slot 3999 of checkout"):
            start_experiment(draft)
    assert Experiment.objects.get(slug="colours").status == "draft"
    complete_experiment(first)
    assert start_experiment(draft).status == "running"


@pytest.mark.django_db
def test_neighbours_and_other_layers_are_in_nobodys_way() -> None:
    make_learner(audience=part(0, 4000))
    make_learner(audience=part(4000, 10_000))
    make_learner(audience={"layer": "search"})

    assert Experiment.objects.filter(status="running").count() == 3


@pytest.mark.django_db
def test_who_is_answered_by_a_bucket_alone_is_judged_too() -> None:
    experiment = make_experiment(unit_kind="visitor", steps=[], allocation={"policy": "hash", "audience": GERMANS})

    assert bucket_unit(experiment, "inside", {"country": "DE"}, now=NOON)[1] in ("plain", "vivid")
    assert bucket_unit(experiment, "outside", {"country": "US"}, now=NOON)[1] is None
    assert {exposure.key for exposure in EXPOSURES.waiting.values()} == {"inside"}
    EXPOSURES.waiting.clear()
