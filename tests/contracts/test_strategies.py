"""Every strategy keeps the promises of its kind. A new one joins by standing in its register; it needs no test here."""

import json
import math
from dataclasses import FrozenInstanceError
from typing import Any

import jsonschema
import pytest

from analysis.learning.components import ComponentError
from analysis.learning.members import Member, Register
from analysis.learning.strategies import CHECKPOINTING, STOPPING, Checkpointing, Course, Epoch, Stopping

FAMILIES: list[tuple[Register[Any], str]] = [
    *((STOPPING, name) for name in STOPPING.members),
    *((CHECKPOINTING, name) for name in CHECKPOINTING.members),
]
LOSSES = (2.3, 1.5, 1.0, 0.9, 0.95, 0.95, 0.95, 0.94, 0.94, 0.94, 0.94, 0.94, math.nan)
SPLITS, MEASURES = ("train", "validation"), ("loss", "f1_macro")


def epochs(losses: tuple[float, ...] = LOSSES) -> list[Epoch]:
    names = [f"{split}/{measure}" for split in SPLITS for measure in MEASURES]
    return [Epoch(number, dict.fromkeys(names, loss)) for number, loss in enumerate(losses, start=1)]


@pytest.fixture(params=FAMILIES, ids=lambda pair: f"{pair[1]}")
def kind(request: pytest.FixtureRequest) -> tuple[Register[Any], type[Member]]:
    family, name = request.param
    return family, family.members[name]


@pytest.fixture(params=STOPPING.members)
def stopping(request: pytest.FixtureRequest) -> Stopping:
    return STOPPING.parse(STOPPING.members[request.param].example)


@pytest.fixture(params=CHECKPOINTING.members)
def checkpointing(request: pytest.FixtureRequest) -> Checkpointing:
    return CHECKPOINTING.parse(CHECKPOINTING.members[request.param].example)


def kept_after(strategy: Checkpointing, losses: tuple[float, ...]) -> list[list[int]]:
    """What is kept after each epoch, when the keeper does as it is told."""
    kept: list[Epoch] = []
    history = []
    for number in range(1, len(losses) + 1):
        seen = epochs(losses)[:number]
        if strategy.wants(seen, is_last=number == len(losses)):
            kept.append(seen[-1])
        gone = strategy.lets_go(kept) if kept else ()
        kept = [epoch for epoch in kept if epoch.number not in gone]
        history.append([epoch.number for epoch in kept])
    return history


def test_its_example_fits_its_schema_and_is_read_from_json(kind: tuple[Register[Any], type[Member]]) -> None:
    family, member = kind
    jsonschema.Draft202012Validator.check_schema(family.schema())
    jsonschema.validate(member.example, family.schema())

    assert isinstance(family.parse(json.loads(json.dumps(member.example))), member)


def test_it_is_frozen_and_every_parameter_has_a_meaning_and_a_default(
    kind: tuple[Register[Any], type[Member]],
) -> None:
    family, member = kind
    made = family.parse(member.example)
    for name, parameter in member.parameters().items():
        read = parameter.takes.read(parameter.fallback)
        assert parameter.meaning.endswith(".")
        assert getattr(member(), name) == (tuple(read) if isinstance(read, list) else read)
    with pytest.raises(FrozenInstanceError):
        made.name = "other"


def test_an_unknown_parameter_is_refused_with_its_path(kind: tuple[Register[Any], type[Member]]) -> None:
    family, member = kind
    with pytest.raises(ComponentError, match=r"strategy\.wait: There is no parameter") as refusal:
        family.parse({**member.example, "wait": 1}, ("strategy",))

    assert refusal.value.findings[0][0] == ("strategy", "wait")


def test_a_sweep_may_stand_for_any_parameter(kind: tuple[Register[Any], type[Member]]) -> None:
    family, member = kind
    for name, parameter in member.parameters().items():
        assert not list(family.faults({**member.example, name: {"sweep": [parameter.fallback]}}))


def test_it_never_stops_before_there_is_anything_to_look_at(stopping: Stopping) -> None:
    assert stopping.reason_to_stop([]) is None
    assert stopping.reason_to_stop([Epoch(0, {})]) is None


def test_its_reason_is_a_sentence_and_the_same_every_time(stopping: Stopping) -> None:
    peers = [dict.fromkeys(range(1, 20), 0.1)] * 5
    reasons = [stopping.reason_to_stop(epochs()[:number], peers) for number in range(1, 14)]

    assert any(reasons)
    assert all(reason.endswith(".") for reason in reasons if reason)
    assert reasons == [stopping.reason_to_stop(epochs()[:number], peers) for number in range(1, 14)]


def test_a_resumed_run_stops_where_an_uninterrupted_one_does(stopping: Stopping) -> None:
    figures = {epoch.number: epoch.values for epoch in epochs()}

    def stop_of(course: Course) -> list[tuple[int, str | None]]:
        said: list[tuple[int, str | None]] = []
        for n in course.remaining():
            of_splits = {split: {one: figures[n][f"{split}/{one}"] for one in MEASURES} for split in SPLITS}
            said.append((n, course.after(n, of_splits).stop))
            if said[-1][1]:
                break
        return said

    def course(until: int = len(LOSSES)) -> Course:
        return Course(epochs=until, checkpointing=CHECKPOINTING.parse("last"), stopping=stopping)

    whole = stop_of(course())
    for cut in (1, 4, 9):
        first = course(cut)
        stop_of(first)
        resumed = course()
        resumed.recall(json.loads(json.dumps(first.memory())))
        assert stop_of(resumed) == whole[cut:]


def test_what_it_watches_must_be_measured(stopping: Stopping) -> None:
    if not stopping.watches():
        return
    with pytest.raises(ValueError, match=r"There is no figure .+ to watch"):
        stopping.reason_to_stop([Epoch(1, {"train/speed": 1.0})])


def test_the_last_epoch_is_there_when_training_ends_and_never_is_nothing_kept(checkpointing: Checkpointing) -> None:
    for losses in (LOSSES, LOSSES[:1], LOSSES[:4]):
        history = kept_after(checkpointing, losses)
        assert history[-1]
        if checkpointing.name != "best" or getattr(checkpointing, "newest", False):
            assert history[-1][-1] == len(losses)
        anything = next(place for place, kept in enumerate(history) if kept)
        assert all(history[anything:])


def test_letting_go_again_lets_nothing_more_go(checkpointing: Checkpointing) -> None:
    """Whoever died between commit and deletion may do it again."""
    kept = [epoch for epoch in epochs() if epoch.number not in checkpointing.lets_go(epochs())]

    assert checkpointing.lets_go(kept) == ()
    assert list(checkpointing.lets_go(epochs())) == sorted(checkpointing.lets_go(epochs()))
