"""Sums that are kept say what the units' columns say, whatever happened to the record; nothing else is read."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import inf
from threading import Thread

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analysis.registered.document import (
    Contrast,
    ContrastKind,
    Estimand,
    EstimandKind,
    Exclusion,
    Method,
    Plan,
    Prior,
    Question,
    Role,
    Winsor,
)
from analysis.registered.reads import plan_of
from analysis.registered.services.writing import amend_plan
from analysis.results import exclusions
from analysis.results.asking.additive import kept_of
from analysis.results.asking.answering import answer
from analysis.results.asking.asked import Prepared, Said
from analysis.results.asking.setting import Setting
from analysis.results.columns import ARM, AT, PROPENSITY, VERSION, Array, Columns, joined
from analysis.results.keeping.kept import Kept, added
from analysis.results.keeping.needs import Need, needs_of
from analysis.results.models import Tally, TallyBlock, TallySum
from analysis.results.reads import columns_of, sums_of, sums_without, tally_of
from analysis.results.services.analysing import analyse
from analysis.results.services.folding import fold, fold_all
from analysis.results.services.summing import asked_of
from analysis.results.sources import Cursor
from experiments.blueprint import ArmSpec, FactorSpec, MeasureSpec
from experiments.models import Experiment, Measurement, Unit
from tests.analysis.results.conftest import assigned, measure, measured

WITHIN = 'mean:score@{"set":"'
MEASURES = {
    "score": MeasureSpec("score", "number", "primary", "up", 0, 100),
    "spent": MeasureSpec("spent", "number", "primary", "up", None, None),
    "bought": MeasureSpec("bought", "boolean", "primary", "up", None, None),
}
ARMS = {
    pk: ArmSpec(name, {"frame": frame, "size": size}, {}, 1, None, pk == 1, True)
    for pk, (name, frame, size) in enumerate(
        [("a", "plain", "s"), ("b", "vivid", "s"), ("c", "plain", "l"), ("d", "vivid", "l")], 1
    )
}
FACTORS = tuple(
    FactorSpec(name, scope, levels, "")
    for name, scope, levels in (
        ("frame", "between", ("plain", "vivid")),
        ("size", "between", ("s", "l")),
        ("set", "within", ("easy", "hard")),
    )
)
CONTRASTS = [
    Contrast(ContrastKind.ARM, arm="b", control="a"),
    Contrast(ContrastKind.FACTOR, factor="frame", level="vivid", baseline="plain"),
    Contrast(ContrastKind.INTERACTION, factors=("frame", "size")),
    Contrast(ContrastKind.OMNIBUS),
    Contrast(ContrastKind.VALUE),
    Contrast(ContrastKind.VALUE, arm="b"),
    Contrast(ContrastKind.WITHIN, factor="set", level="hard", baseline="easy"),
]
METHODS = (Method.ANYTIME, Method.FIXED, Method.BAYES, Method.ANOVA)


def columns(n: int = 400, seed: int = 18) -> Columns:
    """Units of four arms and two versions; a third of them lack some value."""
    rng = np.random.default_rng(seed)
    known: dict[str, Array] = {
        ARM: rng.integers(1, 5, n).astype(float),
        PROPENSITY: np.full(n, 0.25),
        AT: np.arange(n, dtype=float),
        VERSION: np.repeat([7.0, 8.0], [n // 2, n - n // 2]),
        "attribute:age": 1e6 + rng.normal(size=n),
        "attribute:seldom": np.where(rng.random(n) < 0.5, np.nan, rng.normal(size=n)),
    }
    for name, values in (
        ("score", rng.uniform(0, 100, n)),
        ("spent", 1e7 + rng.exponential(3, n)),
        ("bought", (rng.random(n) < 0.4).astype(float)),
    ):
        missing = rng.random(n) < 0.2
        known[f"mean:{name}"] = np.where(missing, np.nan, values)
        known[f"count:{name}"] = np.where(missing, 0.0, rng.integers(1, 4, n))
    known |= {
        f'{WITHIN}{level}"}}': np.where(rng.random(n) < 0.1, np.nan, rng.uniform(0, 100, n))
        for level in ("easy", "hard")
    }
    return Columns(np.arange(n), tuple(known), np.column_stack(list(known.values())))


def both(asked: Question, whole: Columns) -> tuple[Setting, Setting]:
    """Of the columns, and of the sums of parts of them, with nothing else."""
    setting = Setting(whole, ARMS, MEASURES, FACTORS, shares={7: {"a": 1, "b": 1, "c": 1}, 8: {"a": 1, "b": 3}})
    needs = needs_of(Plan((asked,), ()), MEASURES)
    parts = [Kept.of(whole.where(np.arange(len(whole)) % 5 == part), needs) for part in range(5)]
    stored = [Kept.from_bytes(part.to_bytes()) for part in parts]
    return setting, replace(setting, columns=Columns.none(), sums=added(stored, needs))


def same(one: Said, other: Said) -> None:
    """To the last digits but a few."""
    assert one.why_not == other.why_not
    if one.estimate is None or other.estimate is None:
        assert one.estimate == other.estimate
        return
    for name in ("value", "low", "high", "n", "p_value", "standard_error"):
        expected = getattr(one.estimate, name)
        assert getattr(other.estimate, name) == (
            None if expected is None else pytest.approx(expected, rel=1e-7, abs=1e-9)
        ), name
    assert one.estimate.method == other.estimate.method


@pytest.mark.parametrize("contrast", CONTRASTS, ids=lambda each: f"{each.kind}{each.arm or ''}")
def test_every_way_that_adds_up_says_from_sums_what_it_says_from_units(contrast: Contrast) -> None:
    whole = columns()
    for method, name, aggregate in product(METHODS, MEASURES, ("mean", "sum")):
        for kind in (EstimandKind.ABSOLUTE, EstimandKind.RELATIVE):
            asked = Question("q", name, Role.PRIMARY, contrast, Estimand(kind), method, aggregate=aggregate)
            plainly, summed = both(asked, whole)
            if kept_of(asked, summed) is not None:
                same(*(answer(Prepared.of(asked, each), level=0.05) for each in (plainly, summed)))


@pytest.mark.parametrize(
    "changed",
    [
        {"covariates": ("age",)},
        {"estimand": Estimand(EstimandKind.RATIO, per="bought")},
        {"estimand": Estimand(EstimandKind.RATIO, per="bought"), "method": Method.FIXED},
        {"method": Method.BAYES, "prior": Prior(0.1, 0.2)},
        {"estimand": Estimand(EstimandKind.RELATIVE), "covariates": ("age",), "method": Method.FIXED},
    ],
    ids=str,
)
def test_covariates_ratios_and_beliefs_come_from_sums(changed: dict[str, object]) -> None:
    asked = replace(Question("q", "score", Role.PRIMARY, CONTRASTS[0]), **changed)  # type: ignore[arg-type]  # fields by name
    plainly, summed = both(asked, columns())
    summed = replace(summed, shares={})

    assert kept_of(asked, summed) is not None
    same(*(answer(Prepared.of(asked, each), level=0.05) for each in (replace(plainly, shares={}), summed)))


@pytest.mark.parametrize(
    "changed",
    [
        {"method": Method.RANKS},
        {"method": Method.GROUP_SEQUENTIAL},
        {"estimand": Estimand(EstimandKind.QUANTILE, p=0.5)},
        {"winsor": Winsor(0.01, 0.99)},
        {"covariates": ("seldom",)},
        {"covariates": ("bought",)},
        {"contrast": Contrast(ContrastKind.INTERACTION, factors=("frame", "set"))},
    ],
    ids=str,
)
def test_what_must_see_every_unit_is_not_asked_of_sums(changed: dict[str, object]) -> None:
    asked = replace(Question("q", "score", Role.PRIMARY, CONTRASTS[0]), **changed)  # type: ignore[arg-type]  # fields by name

    assert kept_of(asked, both(asked, columns())[1]) is None


@pytest.mark.parametrize("value", [inf, 1e60, 101.0])
def test_a_value_beyond_its_ends_or_all_bounds_is_looked_at_itself(value: float) -> None:
    whole = columns()
    whole.values[3, whole.names.index("mean:score")] = value
    asked = Question("q", "score", Role.PRIMARY, CONTRASTS[0])

    assert kept_of(asked, both(asked, whole)[1]) is None


def test_constant_values_claim_nothing_however_they_were_added_up() -> None:
    whole = columns()
    whole.values[:, whole.names.index("mean:spent")] = np.where(whole.column(ARM) == 1, 0.1, 0.3)
    for contrast, method in product((CONTRASTS[0], CONTRASTS[2]), (Method.ANYTIME, Method.FIXED)):
        asked = Question("q", "spent", Role.PRIMARY, contrast, method=method)
        for setting in both(asked, whole):
            said = answer(Prepared.of(asked, setting), level=0.05)
            assert said.estimate is None, said


def close(one: Kept, other: Kept) -> None:
    assert one.needs == other.needs
    assert one.groups.tolist() == other.groups.tolist()
    np.testing.assert_allclose(one.table, other.table, rtol=1e-9, atol=1e-9)


def remade(tally: Tally, needs: tuple[Need, ...], out: set[int]) -> Kept:
    """From all columns at once."""
    whole = columns_of(tally)
    kept = whole.where(~np.isin(whole.keys, list(out)))
    return Kept.of(kept, needs) if len(kept) else added([], needs)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_sums_are_those_of_the_columns_after_any_history(
    experiment: Experiment, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Units come, values come late, are corrected, erased; folded now and then; some are left out."""
    monkeypatch.setattr(TallyBlock, "SPAN", 3)
    monkeypatch.setattr(TallySum, "FANOUT", 2)
    rng = np.random.default_rng(seed)
    units = assigned(experiment, *rng.choice(["plain", "vivid"], 6), age=30)
    for _ in range(25):
        unit = units[rng.integers(len(units))]
        step = rng.integers(6)
        if step == 0:
            units += assigned(experiment, *rng.choice(["plain", "vivid"], 3), age=int(rng.integers(20, 60)))
        elif step == 1 and len(units) > 4:
            Unit.objects.filter(pk=unit.pk).delete()
            units.remove(unit)
        elif step == 2:
            Measurement.objects.filter(unit=unit).delete()
        elif step == 3:
            fold(experiment, now=timezone.now())
        else:
            measure(experiment, unit, "score", float(rng.uniform(0, 100)))
            measure(experiment, unit, "bought", bool(rng.random() < 0.5))
    fold(experiment, now=timezone.now())
    tally, needs = tally_of(experiment, is_rehearsal=False), asked_of(experiment)
    assert tally is not None

    sums = sums_of(tally)
    assert sums is not None
    close(sums, remade(tally, needs, set()))
    for n in (1, 4, len(units)):
        out = np.sort(rng.choice([each.pk for each in units], n, replace=False))
        kept, found = sums_without(tally, needs, out)
        assert sorted(found.tolist()) == out.tolist()
        close(kept, remade(tally, needs, set(out.tolist())))
    assert TallySum.objects.filter(level=0).count() == TallyBlock.objects.count()


@pytest.mark.django_db
def test_the_usual_questions_read_no_block(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8})
    measured(experiment, "seconds", {"plain": [20, 22, 25] * 12, "vivid": [80, 78, 85] * 12})
    fold(experiment, now=timezone.now())
    plan = plan_of(experiment)
    usual = Plan(tuple(each for each in plan.questions if each.measure != "liked"), ())
    tally = Tally.objects.get(is_rehearsal=False)

    with CaptureQueriesContext(connection) as queries:
        found = analyse(experiment, usual)

    assert not any("tallyblock" in each["sql"] for each in queries.captured_queries)
    whole = analyse(experiment, usual, cursor=Cursor(tally.measurements, tally.assignments))
    assert [each.sentence for each in found.answers] == [each.sentence for each in whole.answers]
    assert found.arms == whole.arms
    assert found.n_units == whole.n_units == 120


@pytest.mark.django_db
def test_both_analyses_come_from_sums(experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    units = measured(experiment, "score", {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8})
    out = {units[0].pk: "slept", units[30].pk: "slept", units[31].pk: "left", 10**12: "somebody else"}
    monkeypatch.setitem(exclusions.RULES, "poor", lambda _, __: out)
    fold(experiment, now=timezone.now())
    plan = replace(plan_of(experiment), exclusions=(Exclusion("poor"),))
    tally = Tally.objects.get(is_rehearsal=False)

    found = analyse(experiment, plan)
    whole = analyse(experiment, plan, cursor=Cursor(tally.measurements, tally.assignments))

    assert found.left_out == whole.left_out
    assert dict(found.left_out[0].reasons) == {"slept": 2, "left": 1}
    assert found.arms == whole.arms
    assert [each.kept for each in found.arms] == [23, 22]
    for one, other in zip(found.answers, whole.answers, strict=True):
        same(other.said, one.said)
        same(other.everybody, one.everybody)
        assert [each.n for each in one.groups] == [each.n for each in other.groups]


@pytest.mark.django_db
def test_an_amended_plan_has_sums_of_its_own_without_a_new_value(experiment: Experiment) -> None:
    measured(experiment, "score", {"plain": [20, 22, 25] * 8, "vivid": [80, 78, 85] * 8})
    fold_all(now=timezone.now())
    assert fold_all(now=timezone.now()) == 0
    plan = plan_of(experiment)
    asked = replace(plan.questions[0], aggregate="sum")
    amended = replace(plan, questions=(asked, *plan.questions[1:]))
    amend_plan(experiment, amended.as_json(), reason="sums", by=None, now=timezone.now())

    fold_all(now=timezone.now())

    sums = sums_of(Tally.objects.get(is_rehearsal=False))
    assert sums is not None
    assert "sum" in [each.aggregate for each in sums.needs]
    assert fold_all(now=timezone.now()) == 0


@pytest.mark.django_db(transaction=True)
def test_an_analysis_is_of_one_moment_though_somebody_folds_meanwhile(
    experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(experiment, "score", {"plain": [20, 22], "vivid": [80, 78]})
    measured(experiment, "liked", {"plain": ["soup"], "vivid": ["stew"]})
    fold(experiment, now=timezone.now())
    before = Tally.objects.get(is_rehearsal=False)

    def fold_meanwhile(_: Experiment, __: object) -> dict[int, str]:
        def work() -> None:
            measured(experiment, "score", {"plain": [30], "vivid": [70]})
            fold(experiment, now=timezone.now())
            connection.close()

        other = Thread(target=work)
        other.start()
        other.join()
        return {next(iter(columns_of(before).keys.tolist())): "slept"}

    monkeypatch.setitem(exclusions.RULES, "poor", fold_meanwhile)
    found = analyse(experiment, replace(plan_of(experiment), exclusions=(Exclusion("poor"),)))

    assert found.digest == before.digest
    assert found.n_units == 6
    assert sum(each.kept for each in found.arms) == 5
    assert Tally.objects.get(is_rehearsal=False).digest != before.digest


def test_columns_that_nobody_asked_for_are_not_kept() -> None:
    whole = joined([columns(10)])
    assert whole.only(lambda name: name == ARM, ()).names == (ARM,)
