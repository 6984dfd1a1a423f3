"""Every scheme keeps the promises of its kind. A new one joins by standing in SCHEMES; it needs no test here."""

import json
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, replace

import jsonschema
import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.learning.running import Fold
from analysis.learning.validation import SCHEMES, Samples, Scheme, parse_validation, settled

Parts = Mapping[str, NDArray[np.int64]]

N = 120
RANDOM = np.random.default_rng(18)
SAMPLES = Samples(
    N,
    labels=RANDOM.permutation(np.repeat(["a", "b", "c"], [20, 40, 60])),
    columns={
        "patient": RANDOM.permutation(np.repeat(np.arange(24), 5)),
        "fold": np.arange(N) % 10,
        "day": RANDOM.permutation(N),
    },
)


@pytest.fixture(params=SCHEMES.members)
def kind(request: pytest.FixtureRequest) -> type[Scheme]:
    return SCHEMES.members[request.param]


@pytest.fixture
def scheme(kind: type[Scheme]) -> Scheme:
    return parse_validation(settled(kind.example, experiment=18))


def all_parts(scheme: Scheme) -> dict[Fold, Parts]:
    return {fold: scheme.divide(SAMPLES, fold) for fold in scheme.folds_to_run()}


def as_lists(parts: Parts) -> dict[str, list[int]]:
    return {name: indices.tolist() for name, indices in parts.items()}


def test_its_example_fits_its_schema_and_its_name_finds_it(kind: type[Scheme]) -> None:
    schema = SCHEMES.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(kind.example, schema)

    assert isinstance(parse_validation(json.loads(json.dumps(kind.example))), kind)


def test_every_parameter_says_what_it_means_and_its_default_is_what_the_field_holds(kind: type[Scheme]) -> None:
    defaults = parse_validation({"scheme": kind.name})
    for name, parameter in kind.parameters().items():
        assert parameter.meaning.endswith(".")
        assert parameter.takes.read(parameter.fallback) == getattr(defaults, name)


def test_it_is_frozen(scheme: Scheme) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(scheme, "seed", 1)  # noqa: B010 - a plain assignment is refused by mypy already


def test_no_sample_is_in_two_parts_and_none_is_empty(scheme: Scheme) -> None:
    for fold, parts in all_parts(scheme).items():
        used = np.concatenate(list(parts.values()))
        assert len(set(used.tolist())) == len(used)
        assert tuple(parts) == scheme.parts_of(fold)
        assert all(len(indices) and (np.diff(indices) > 0).all() for indices in parts.values())


def test_the_part_that_judges_is_one_of_the_parts_and_never_the_training_part(scheme: Scheme) -> None:
    for fold in scheme.folds_to_run():
        assert scheme.held_out(fold) in scheme.parts_of(fold)
        assert scheme.held_out(fold) != "train" or scheme.name == "given"


def test_its_folds_are_different_and_each_can_be_made_alone_in_any_order(scheme: Scheme) -> None:
    there = all_parts(scheme)
    back = {fold: scheme.divide(SAMPLES, fold) for fold in reversed(there)}

    assert {fold: as_lists(parts) for fold, parts in there.items()} == {f: as_lists(p) for f, p in back.items()}
    assert len({json.dumps(as_lists(parts)) for parts in there.values()}) == len(there)


@pytest.mark.parametrize("name", sorted(SCHEMES.members.keys() - {"given", "predefined", "time_series"}))
def test_another_seed_divides_otherwise_where_chance_is_in_play(name: str) -> None:
    scheme = parse_validation(settled(SCHEMES.members[name].example, experiment=18))
    other = replace(scheme, seed=scheme.seed + 1)
    [fold, *_] = scheme.folds_to_run()

    assert as_lists(other.divide(SAMPLES, fold)) != as_lists(scheme.divide(SAMPLES, fold))


@pytest.mark.parametrize("name", sorted(SCHEMES.members.keys() - {"given"}))
def test_too_few_samples_are_refused_in_a_sentence(name: str) -> None:
    scheme = parse_validation(SCHEMES.members[name].example)
    one = SAMPLES.only(np.array([0]))
    [fold, *_] = scheme.folds_to_run()

    with pytest.raises(ValueError, match=r"must be|too few"):
        scheme.divide(one, fold)
