"""What the names of a study file refer to: the rules that a JSON Schema cannot say."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from experiments.factorial import BetweenFactor, FactorialError, Level, factorial_arms
from experiments.problems import Path, Positions, Problem, did_you_mean, quoted
from experiments.semantics_choosing import choosing_problems
from experiments.semantics_steps import step_problems
from experiments.semantics_words import Finding, Words, language_findings, mapping, rows
from experiments.types import Json, JsonObject

NEED_STRATA = ("stratified_blocks", "minimisation")


def semantic_problems(document: JsonObject, positions: Positions, *, kinds: Collection[str] = ()) -> list[Problem]:
    """Every rule, on whatever has the right shape; parts of a wrong shape are passed over."""
    return [positions.problem(path, message, hint) for path, message, hint in _found(document, kinds)]


def _found(document: JsonObject, kinds: Collection[str]) -> Iterator[Finding]:
    study = mapping(document.get("study"))
    languages = [str(code) for code in _list(study.get("languages"))] or ["en"]
    experiments = rows(document.get("experiments"))
    yield from _consent(study, [experiment for _, experiment in experiments], languages)
    yield from _twice(experiments, "slug", ("experiments",), "experiment")
    for index, experiment in experiments:
        yield from _experiment(experiment, ("experiments", index), languages, kinds)


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else []


def _twice(entries: list[tuple[int, JsonObject]], key: str, path: Path, word: str) -> Iterator[Finding]:
    """An entry whose name stood before."""
    seen: dict[str, int] = {}
    for index, entry in entries:
        name = entry.get(key)
        if not isinstance(name, str):
            continue
        if name in seen:
            yield (
                (*path, index, key),
                f"The {word} {key} “{name}” is used twice (first in entry {seen[name] + 1}).",
                "Choose another.",
            )
        seen.setdefault(name, index)


def _consent(study: JsonObject, experiments: list[JsonObject], languages: list[str]) -> Iterator[Finding]:
    texts = rows(study.get("consent"))
    asks_people = any(experiment.get("unit_kind", "participant") == "participant" for experiment in experiments)
    if asks_people and not texts:
        hint = 'Add consent: [{version: "1", title: Consent, body: …}] to the study.'
        yield (
            ("study", "consent") if "consent" in study else ("study",),
            "People take part, but there is no consent document.",
            hint,
        )
    yield from _twice(texts, "version", ("study", "consent"), "consent")
    for index, text in texts:
        for key in ("title", "body"):
            yield from language_findings(text.get(key), ("study", "consent", index, key), languages)


def _experiment(experiment: JsonObject, path: Path, languages: list[str], kinds: Collection[str]) -> Iterator[Finding]:
    for key in ("debrief", "full_message"):
        yield from language_findings(experiment.get(key), (*path, key), languages)
    for key, word in (("factors", "factor"), ("arms", "arm"), ("measures", "measure"), ("steps", "step")):
        yield from _twice(rows(experiment.get(key)), "name", (*path, key), word)
    design = _Design.of(experiment)
    yield from [*design.exclusion_problems(path)] or design.factorial_problems(path)
    yield from design.arm_problems(path)
    yield from _measures(experiment, path)
    yield from _allocation(experiment, path)
    yield from _stimuli(experiment, path)
    if experiment.get("unit_kind", "participant") == "participant" and not rows(experiment.get("steps")):
        yield (
            (*path, "steps") if "steps" in experiment else path,
            "There are no steps: people would see nothing.",
            "Add one step.",
        )
    words = Words.of(experiment, languages)
    yield from step_problems(experiment, path, words, kinds)
    yield from choosing_problems(experiment, path, words)


@dataclass(frozen=True)
class _Design:
    """Factors, exclusions and arms of one experiment."""

    between: dict[str, list[Json]]
    within: list[str]
    exclusions: list[tuple[int, JsonObject]]
    arms: list[tuple[int, JsonObject]]
    _seen: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, experiment: JsonObject) -> _Design:
        factors = [factor for _, factor in rows(experiment.get("factors")) if isinstance(factor.get("name"), str)]
        between = [factor for factor in factors if factor.get("scope", "between") != "within"]
        return cls(
            between={str(factor["name"]): list(_list(factor.get("levels"))) for factor in between},
            within=[str(factor["name"]) for factor in factors if factor.get("scope") == "within"],
            exclusions=rows(experiment.get("exclusions")),
            arms=rows(experiment.get("arms")),
        )

    def exclusion_problems(self, path: Path) -> Iterator[Finding]:
        """Unknown factors and levels; nothing left."""
        for index, exclusion in self.exclusions:
            yield from self._levels(exclusion, (*path, "exclusions", index))
        if self.exclusions and self.between and all(self._excluded(levels) for levels in self._combinations()):
            yield (*path, "exclusions"), "The exclusions leave no arm.", "Remove one of them."

    def factorial_problems(self, path: Path) -> Iterator[Finding]:
        """What else keeps the levels from being combined: one written twice, or too many combinations."""
        if not all(self.between.values()) or any(isinstance(each, list) for each in self._all_levels()):
            return
        factors = [BetweenFactor(name, tuple(cast("list[Level]", levels))) for name, levels in self.between.items()]
        exclusions = cast("list[Mapping[str, Level]]", [exclusion for _, exclusion in self.exclusions if exclusion])
        try:
            factorial_arms(factors, exclusions)
        except FactorialError as error:
            yield (*path, "factors"), error.message, error.hint

    def _all_levels(self) -> Iterator[Json]:
        return itertools.chain.from_iterable(self.between.values())

    def arm_problems(self, path: Path) -> Iterator[Finding]:
        """Arms that are no combination, the same combination twice, excluded, or two controls."""
        controls = [index for index, arm in self.arms if arm.get("is_control") is True]
        for index in controls[1:]:
            yield (
                (*path, "arms", index, "is_control"),
                "There is a second control arm.",
                "Keep is_control: true on one arm.",
            )
        for index, arm in self.arms:
            levels = mapping(arm.get("levels"))
            here = (*path, "arms", index, "levels")
            yield from self._levels(levels, here)
            yield from self._combination(levels, here, index)

    def _combination(self, levels: JsonObject, path: Path, index: int) -> Iterator[Finding]:
        missing = [name for name in self.between if name not in levels]
        if missing:
            yield path, f"The arm has no level of {quoted(missing)}.", f"Add “{missing[0]}: …” to its levels."
        if not self.between:
            return
        if not missing and self._excluded(levels):
            yield path, "This combination is excluded above.", "Remove the arm, or the exclusion."
        key = repr(sorted((name, repr(level)) for name, level in levels.items()))
        if key in self._seen:
            yield path, f"This combination is already arm {self._seen[key] + 1}.", "Remove one of the two."
        self._seen.setdefault(key, index)

    def _levels(self, levels: JsonObject, path: Path) -> Iterator[Finding]:
        for name, level in levels.items():
            here = (*path, name)
            if name in self.within:
                yield (
                    here,
                    f"“{name}” varies within each unit, so it makes no arms.",
                    "Remove it here, or set scope: between.",
                )
            elif name not in self.between:
                yield here, f"There is no factor “{name}”.", did_you_mean(name, self.between)
            else:
                yield from _unknown_levels(name, level, self.between[name], here)

    def _combinations(self) -> Iterator[JsonObject]:
        for levels in itertools.islice(itertools.product(*self.between.values()), 10_000):
            yield dict(zip(self.between, levels, strict=True))

    def _excluded(self, levels: JsonObject) -> bool:
        return any(
            exclusion
            and all(
                levels.get(name) in (level if isinstance(level, list) else [level]) for name, level in exclusion.items()
            )
            for _, exclusion in self.exclusions
        )


def _unknown_levels(name: str, level: Json, known: list[Json], path: Path) -> Iterator[Finding]:
    for each in level if isinstance(level, list) else [level]:
        if each not in known:
            yield path, f"The factor “{name}” has no level “{each}”.", did_you_mean(each, known)


def _measures(experiment: JsonObject, path: Path) -> Iterator[Finding]:
    for index, measure in rows(experiment.get("measures")):
        low, high = measure.get("low"), measure.get("high")
        here = (*path, "measures", index)
        if isinstance(low, int | float) and isinstance(high, int | float) and low >= high:
            yield (*here, "low"), f"low ({low}) is not below high ({high}).", "Swap them, or leave one out."
        if measure.get("kind") != "number" and (low is not None or high is not None):
            key = "low" if low is not None else "high"
            yield (
                (*here, key),
                "Only a measure of kind number has a range.",
                "Set kind: number, or remove low and high.",
            )


def _allocation(experiment: JsonObject, path: Path) -> Iterator[Finding]:
    allocation = mapping(experiment.get("allocation"))
    here = (*path, "allocation")
    strata, policy = _list(allocation.get("strata")), str(allocation.get("policy", "permuted_blocks"))
    if policy in NEED_STRATA and not strata:
        yield here, f"The policy {policy} needs strata.", "Add strata: [attribute], or use permuted_blocks."
    if policy not in NEED_STRATA and strata:
        yield (
            (*here, "strata"),
            f"The policy {policy} does not look at strata.",
            "Use stratified_blocks or minimisation, or remove strata.",
        )
    late = {
        str(component["attribute"])
        for _, step in rows(experiment.get("steps"))
        for _, component in rows(step.get("components"))
        if component.get("attribute") and step.get("stage", "main") == "main"
    }
    for index, name in enumerate(strata):
        if str(name) in late:
            yield (
                (*here, "strata", index),
                f"“{name}” is only asked after the arm is assigned.",
                "Move its step to stage: screening.",
            )


def _stimuli(experiment: JsonObject, path: Path) -> Iterator[Finding]:
    for name, items in mapping(experiment.get("stimuli")).items():
        seen: set[str] = set()
        for index, item in rows(items):
            identifier = str(item.get("id"))
            if identifier in seen:
                yield (
                    (*path, "stimuli", name, index, "id"),
                    f"The id “{identifier}” is used twice in “{name}”.",
                    "Give each its own id.",
                )
            seen.add(identifier)
