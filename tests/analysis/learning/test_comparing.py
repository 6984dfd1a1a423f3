"""Whatever is asked for after whatever was there: nothing is lost, nothing is computed twice, each has its reason."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.learning.digests import RunKey
from analysis.learning.search.comparing import Comparison, Known, Reason, Wanted, compare
from analysis.learning.search.design import read_design
from analysis.learning.search.telling import sentences, told
from experiments.types import JsonObject

VALUES = st.lists(st.integers(1, 6), min_size=1, max_size=4, unique=True)
DOCUMENTS = st.fixed_dictionaries(
    {
        "x": VALUES.map(lambda values: {"sweep": values}),
        "y": VALUES.map(lambda values: {"sweep": values}),
        "seeds": st.integers(1, 3),
        "epochs": st.sampled_from([1, 3]),
        "validation": st.sampled_from([None, {"scheme": "kfold", "folds": 2}]),
    }
)
few = settings(max_examples=25, deadline=None)
CODES = st.sampled_from(["a", "b"])


def wanted_of(document: object, code: str) -> list[Wanted]:
    design = read_design(cast(JsonObject, document))
    found = []
    for one in design.computations(design.proposals()):
        key = RunKey("sum", one.setting, one.seed, one.fold, one.epochs, {"code": code})
        found.append(Wanted(one, key, key.digest()))
    return found


def done(wanted: list[Wanted], known: list[Known]) -> list[Known]:
    """With those that were missing computed."""
    new = [missing.wanted for missing in compare(wanted, known).missing]
    return [*known, *(_known(one, len(known) + number) for number, one in enumerate(new))]


def _known(one: Wanted, pk: int) -> Known:
    computation = one.computation
    return Known(
        pk, one.digest, computation.setting_digest, computation.seed, computation.fold, computation.epochs,
        "completed", one.key.identity,
    )  # fmt: skip


@few
@given(DOCUMENTS, CODES, DOCUMENTS, CODES)
def test_each_wanted_run_is_there_or_missing_and_once(before: object, old: str, after: object, new: str) -> None:
    known = done(wanted_of(before, old), [])
    wanted = wanted_of(after, new)

    found = compare(wanted, known)

    missing = [one.wanted.digest for one in found.missing]
    assert sorted([*missing, *found.there]) == sorted({one.digest for one in wanted})
    assert len(found.there) + len(found.left) == len(known)


@few
@given(DOCUMENTS, CODES, DOCUMENTS, CODES)
def test_what_was_missing_is_not_missing_again(before: object, old: str, after: object, new: str) -> None:
    known = done(wanted_of(after, new), done(wanted_of(before, old), []))

    assert compare(wanted_of(after, new), known).missing == ()
    assert compare(wanted_of(before, old), known).missing == ()


@few
@given(DOCUMENTS, CODES)
def test_a_plan_of_what_is_there_says_so(document: object, code: str) -> None:
    wanted = wanted_of(document, code)

    assert sentences(compare(wanted, done(wanted, [])))[0].endswith(f": {len(wanted):,} there, 0 to compute.")


@few
@given(DOCUMENTS, DOCUMENTS)
def test_other_code_is_the_only_reason_to_compute_an_old_setting_anew(before: object, after: object) -> None:
    known = done(wanted_of(before, "a"), [])
    same = compare(wanted_of(after, "a"), known)

    assert Reason.CHANGED not in {missing.reason for missing in same.missing}
    assert {missing.reason for missing in compare(wanted_of(before, "b"), known).missing} == {Reason.CHANGED}


@few
@given(DOCUMENTS)
def test_more_epochs_begin_where_the_same_setting_fold_and_seed_ended(document: dict[str, object]) -> None:
    short, longer = (wanted_of({**document, "epochs": epochs}, "a") for epochs in (2, 5))
    known = {one.pk: one for one in done(short, [])}

    for missing in compare(longer, list(known.values())).missing:
        assert missing.warm_from is not None
        assert known[missing.warm_from].answers == missing.wanted.answers


def test_nothing_goes_on_from_a_run_that_failed() -> None:
    short, longer = (wanted_of({"x": 1, "epochs": epochs}, "a") for epochs in (2, 5))
    failed = [replace(one, status="failed") for one in done(short, [])]

    assert [missing.warm_from for missing in compare(longer, failed).missing] == [None]


def test_an_empty_comparison_can_be_told() -> None:
    assert told(Comparison((), {}, (), ()))["sentences"] == ["0 settings = 0 runs: 0 there, 0 to compute."]
