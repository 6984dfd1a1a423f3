"""What can be compared, and of what, as lists to choose from: read off the experiment's definition."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import combinations, permutations
from typing import Final

from analysis.registered.document import NAMED, Contrast, ContrastKind, Estimand, EstimandKind, Question
from experiments.blueprint import Blueprint, FactorSpec
from experiments.types import JsonObject

MOST_ARMS: Final = 6
TITLES: Final = {
    "absolute": "The difference",
    "relative": "The relative difference",
    "ratio": "A ratio of sums",
    "quantile": "A quantile",
    "hazard_ratio": "The ratio of hazards (durations)",
    "effect_size:d": "Effect size: Cohen's d",
    "effect_size:g": "Effect size: Hedges' g",
    "effect_size:dz": "Effect size: d within units",
    "effect_size:h": "Effect size: Cohen's h (yes or no)",
    "effect_size:cliffs_delta": "Effect size: Cliff's delta (order)",
    "effect_size:odds_ratio": "Effect size: ratio of odds",
    "effect_size:risk_ratio": "Effect size: ratio of shares",
    "reliability:alpha": "Reliability: Cronbach's alpha",
    "reliability:omega": "Reliability: McDonald's omega",
    "agreement:cohen": "Agreement: Cohen's kappa (two raters)",
    "agreement:cohen_linear": "Agreement: weighted kappa, linear",
    "agreement:cohen_quadratic": "Agreement: weighted kappa, quadratic",
    "agreement:fleiss": "Agreement: Fleiss' kappa",
    "agreement:krippendorff_nominal": "Agreement: Krippendorff's alpha, names",
    "agreement:krippendorff_ordinal": "Agreement: Krippendorff's alpha, ranks",
    "agreement:krippendorff_interval": "Agreement: Krippendorff's alpha, numbers",
    "agreement:krippendorff_ratio": "Agreement: Krippendorff's alpha, amounts",
    "agreement:icc_1": "Agreement: ICC, raters differ by stimulus",
    "agreement:icc_agreement": "Agreement: ICC, absolute agreement",
    "agreement:icc_consistency": "Agreement: ICC, consistency",
    "agreement:icc_1_mean": "Agreement: ICC of the mean, raters differ",
    "agreement:icc_agreement_mean": "Agreement: ICC of the mean, absolute",
    "agreement:icc_consistency_mean": "Agreement: ICC of the mean, consistency",
}


def contrasts(definition: JsonObject) -> dict[str, str]:
    """By its JSON: each thing that can be compared, in words."""
    return {key_of(each): each.sentence for each in _contrasts(Blueprint.parse(definition))}


def key_of(contrast: Contrast) -> str:
    """Two equal contrasts have the same."""
    return json.dumps(asdict(contrast), sort_keys=True, ensure_ascii=False, default=str)


def estimands() -> dict[str, str]:
    """By kind and coefficient: what may be asked of a contrast."""
    named = [f"{kind}:{each}" for kind in EstimandKind for each in NAMED.get(kind, ())]
    plain = [str(kind) for kind in EstimandKind if kind not in NAMED]
    return {key: TITLES.get(key, key) for key in (*plain, *named)}


def estimand_key(estimand: Estimand) -> str:
    """Its kind, with the coefficient where it has one."""
    return f"{estimand.kind}:{estimand.coefficient}" if estimand.coefficient else str(estimand.kind)


def others_of(question: Question) -> str:
    """The measures beside its own: below the line, the other items ("-" before what is turned), who was seen."""
    estimand = question.estimand
    items = [f"-{each}" if each in estimand.turned else each for each in estimand.items]
    items += [f"-{each}" for each in estimand.turned if each == question.measure]
    return ", ".join([*([estimand.per] if estimand.per else []), *items, *([estimand.seen] if estimand.seen else [])])


def measures_in(definition: JsonObject) -> dict[str, str]:
    """By name: the title, where it has one."""
    return {name: measure.title or name for name, measure in Blueprint.parse(definition).measures.items()}


def _contrasts(blueprint: Blueprint) -> Iterator[Contrast]:
    arms = [arm.name for arm in blueprint.arms.values()]
    control = next((arm.name for arm in blueprint.arms.values() if arm.is_control), arms[0] if arms else "")
    pairs = permutations(arms, 2) if len(arms) <= MOST_ARMS else ((arm, control) for arm in arms if arm != control)
    yield from (Contrast(ContrastKind.ARM, arm=one, control=other) for one, other in pairs)
    for factor in blueprint.factors:
        yield from _levels(factor)
    for pair in combinations([factor.name for factor in blueprint.factors], 2):
        yield Contrast(ContrastKind.INTERACTION, factors=pair)
    yield Contrast(ContrastKind.OMNIBUS)
    yield from (Contrast(ContrastKind.OMNIBUS, factors=(factor.name,)) for factor in blueprint.factors)
    yield Contrast(ContrastKind.VALUE)
    yield from (Contrast(ContrastKind.VALUE, arm=arm) for arm in arms)


def _levels(factor: FactorSpec) -> Iterator[Contrast]:
    kind = ContrastKind.WITHIN if factor.scope == "within" else ContrastKind.FACTOR
    for level, baseline in permutations(factor.levels, 2):
        yield Contrast(kind, factor=factor.name, level=level, baseline=baseline)
