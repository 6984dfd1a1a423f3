"""Every explainer keeps the promises of its kind. A new one joins by standing in EXPLAINERS; it needs no test here."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import jsonschema
import pytest

from analysis.explainers import EXPLAINERS, Explainer, Explanation, NoExplanation, from_document
from analysis.explainers.bodies import Attribution
from tests.analysis.explainers.subjects import SUBJECTS


@pytest.fixture(params=sorted(EXPLAINERS.members))
def explainer(request: pytest.FixtureRequest) -> Explainer:
    return EXPLAINERS.parse(EXPLAINERS.members[request.param].example)


def explained(explainer: Explainer, seed: int = 3) -> dict[str, Explanation]:
    """By name of the subject, of every subject that suits."""
    return {
        name: explainer.fit(model, background, seed=seed)(sample, None)
        for name, (model, background, sample) in SUBJECTS.items()
        if not list(explainer.needs.refusals(model, background))
    }


def test_its_example_fits_its_schema_and_its_name_finds_it(explainer: Explainer) -> None:
    jsonschema.validate(explainer.example, EXPLAINERS.schema())

    assert EXPLAINERS.parse(json.loads(json.dumps(explainer.example))) == explainer
    assert type(EXPLAINERS.parse(explainer.name)) is type(explainer)


def test_every_parameter_says_what_it_means(explainer: Explainer) -> None:
    assert all(parameter.meaning.endswith(".") for parameter in explainer.parameters().values())


def test_it_is_frozen(explainer: Explainer) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(explainer, "seed", 1)  # noqa: B010 - a plain assignment is refused by mypy already


def test_it_says_what_does_not_suit_it(explainer: Explainer) -> None:
    for model, background, _ in SUBJECTS.values():
        for refusal in explainer.needs.refusals(model, background):
            with pytest.raises(NoExplanation, match=explainer.name) as refused:
                explainer.fit(model, background, seed=3)

            assert refusal in str(refused.value)
            assert refusal.endswith(".")


def test_the_same_again_gives_the_same_bytes(explainer: Explainer) -> None:
    first, second = explained(explainer), explained(explainer)

    assert {name: each.canonical() for name, each in first.items()} == {
        name: each.canonical() for name, each in second.items()
    }


def test_the_order_of_samples_makes_no_difference(explainer: Explainer) -> None:
    for model, background, _ in SUBJECTS.values():
        if list(explainer.needs.refusals(model, background)):
            continue
        samples = list(background.samples[:2])
        forwards, backwards = (explainer.fit(model, background, seed=3) for _ in range(2))

        assert [forwards(each, None) for each in samples] == [backwards(each, None) for each in samples[::-1]][::-1]


def test_it_reads_back_as_it_was_written(explainer: Explainer) -> None:
    for explanation in explained(explainer).values():
        assert from_document(json.loads(explanation.canonical())).canonical() == explanation.canonical()


def test_it_makes_the_forms_that_it_declares_and_names_itself(explainer: Explainer) -> None:
    for explanation in explained(explainer).values():
        assert explanation.form in explainer.makes
        assert explanation.scope == explainer.scope
        assert explanation.method == explainer.name


def test_it_tells_its_parameters(explainer: Explainer) -> None:
    """All of them: somebody who reads the explanation can make it again."""
    for explanation in explained(explainer).values():
        assert set(explanation.parameters) == set(explainer.parameters())


def test_only_chance_depends_on_the_seed(explainer: Explainer) -> None:
    one, other = explained(explainer, seed=3), explained(explainer, seed=4)

    if not explainer.is_random:
        assert one == other
        assert all(explanation.seed is None for explanation in one.values())
    else:
        assert all(explanation.seed == 3 for explanation in one.values())


def test_what_is_additive_adds_up(explainer: Explainer) -> None:
    for explanation in explained(explainer).values():
        body = explanation.body
        if isinstance(body, Attribution) and body.is_additive:
            assert explanation.prediction is not None
            assert body.base is not None
            total = body.base + sum(weight.weight for weight in body.weights)
            assert total == pytest.approx(explanation.prediction.value, abs=1e-9)
