"""Rules for `choose`: what its rule, model and end need, and whether the stimuli have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf, prod

from experiments.problems import Path, did_you_mean
from experiments.semantics_choosing_pages import answer_problems, condition_problems
from experiments.semantics_choosing_sizes import size_problems
from experiments.semantics_words import Finding, Words, mapping, rows
from experiments.stimulus_levels import MOST_STIMULI, pool_of, spaced, weights
from experiments.types import JsonObject

MOST_PAIRS = 200_000  # parameters times stimuli: a choice stays under a few hundredths of a second
MOST_CELLS = 20_000  # of parameters alone: as many are gone through for each answer given so far
CURVE = ("threshold", "slope", "guess", "lapse")
KEYS = {
    "psychometric": ("form", "x", *CURVE),
    "bernoulli": ("a", "b"),
    "logistic": ("features", "prior_sd"),
    "normal": ("features", "prior_sd", "noise_sd"),
}
NEEDED = {
    "psychometric": ("x", "threshold", "slope"),
    "bernoulli": (),
    "logistic": ("features",),
    "normal": ("features", "noise_sd"),
}
COUNTS = ("trials", "reversal_mean")


def choosing_problems(experiment: JsonObject, path: Path, words: Words) -> Iterator[Finding]:
    """Of every block of one experiment that chooses its stimuli; said once, at the block's first step."""
    before: JsonObject = {}
    for index, step in rows(experiment.get("steps")):
        repeat = mapping(step.get("repeat"))
        choose = mapping(repeat.get("choose"))
        if choose:
            here = (*path, "steps", index, "repeat")
            if repeat != before:
                yield from _block(experiment, repeat, here, words)
            yield from condition_problems(step, repeat, (*path, "steps", index))
        before = repeat


def _block(experiment: JsonObject, repeat: JsonObject, path: Path, words: Words) -> Iterator[Finding]:
    choose, here = mapping(repeat.get("choose")), (*path, "choose")
    yield from _order(repeat, path)
    try:
        pool = pool_of(words.stimuli.get(str(repeat.get("over")), []), choose)
    except ValueError as error:
        yield (*here, "levels"), str(error), "Write a list of numbers, or {from: 1, to: 10, steps: 10}."
        return
    if not pool:
        return  # said of `over` already
    if len(pool) > MOST_STIMULI:
        yield here, f"There are {len(pool)} stimuli to choose from.", f"Use at most {MOST_STIMULI}."
        return
    block = _Block(choose, pool, here)
    for rule in (block.model, block.rule, block.stop, block.tasks, block.costs):
        yield from rule()
    yield from size_problems(choose, pool, here)
    yield from answer_problems(experiment, repeat, here)
    yield from block.record(_measures(experiment))


def _order(repeat: JsonObject, path: Path) -> Iterator[Finding]:
    """What an order settled beforehand would need."""
    for key, none in (("order", "fixed"), ("sample", None), ("within", [])):
        if repeat.get(key, none) != none:
            yield (*path, key), f"A block that chooses its stimuli takes no “{key}”.", f"Remove {key}, or choose."


class _Block:
    """One block's `choose`, its pool, and where it stands."""

    def __init__(self, choose: JsonObject, pool: tuple[JsonObject, ...], path: Path) -> None:
        self.choose, self.pool, self.path = choose, pool, path
        self.by = str(choose.get("by", "information"))
        self.said = mapping(choose.get("model"))
        self.kind = str(self.said.get("kind", ""))

    def parameters(self) -> tuple[str, ...]:
        """What the model estimates: of a curve, what has more than one value."""
        features = self.said.get("features")
        weights = tuple(str(each) for each in features) if isinstance(features, list) else ()
        of_kind = {"psychometric": tuple(filter(self._is_unsure, CURVE)), "bernoulli": ("mean",)}
        return of_kind.get(self.kind, ("intercept", *weights)) if self.said else ()

    def _is_unsure(self, parameter: str) -> bool:
        try:
            return len(set(spaced(self.said.get(parameter, 0.0)))) > 1
        except ValueError:
            return True  # said of the grid itself

    def model(self) -> Iterator[Finding]:
        """Keys of its kind, and grids that make a chance."""
        if not self.said:
            if self.by == "information":
                yield self.path, "Choosing by information needs a model.", "Add model: {kind: psychometric, …}."
            return
        here = (*self.path, "model")
        for key in self.said:
            if self.kind in KEYS and key != "kind" and key not in KEYS[self.kind]:
                yield (*here, key), f"A {self.kind} model takes no “{key}”.", did_you_mean(key, KEYS[self.kind])
        for key in NEEDED.get(self.kind, ()):
            if key not in self.said:
                yield here, f"A {self.kind} model needs “{key}”.", f"Add “{key}: …”."
        for key in ("x",) if self.kind == "psychometric" else ():
            yield from self._numeric(str(self.said.get(key, "")), (*here, key))
        features = self.said.get("features")
        for index, name in enumerate(features if isinstance(features, list) else ()):
            yield from self._numeric(str(name), (*here, "features", index))
        if self.kind == "psychometric":
            yield from self._curve(here)

    def _curve(self, here: Path) -> Iterator[Finding]:
        grids: dict[str, tuple[float, ...]] = {}
        for key in CURVE:
            try:
                grids[key] = spaced(self.said.get(key, 0.0))
                weights(self.said.get(key, 0.0))
            except ValueError as error:
                yield (*here, key), str(error), "Write numbers, or {from: 0.01, to: 1, steps: 20, scale: log}."
        if len(grids) < len(CURVE):
            return
        cells = prod(len(each) for each in grids.values())
        pairs = cells * len(self.pool)
        if cells > MOST_CELLS:
            yield here, f"The grids make {cells:,} curves.", f"Use coarser grids: at most {MOST_CELLS:,} curves."
        elif pairs > MOST_PAIRS:
            hint = f"At most {MOST_PAIRS:,} keep each page quick: use coarser grids or fewer stimuli."
            yield here, f"The grids and the stimuli make {pairs:,} pairs.", hint
        if min(grids["guess"]) < 0 or min(grids["lapse"]) < 0 or max(grids["guess"]) + max(grids["lapse"]) >= 1:
            yield here, "guess and lapse leave no room for seeing anything.", "Both at least 0, together below 1."
        if min(grids["slope"]) <= 0:
            yield (*here, "slope"), "A slope is above 0.", "Where more of x is harder, use its negative as attribute."
        yield from self._weibull(grids, here)

    def _weibull(self, grids: Mapping[str, tuple[float, ...]], here: Path) -> Iterator[Finding]:
        if self.said.get("form", "weibull") != "weibull":
            return
        if min(grids["threshold"]) <= 0:
            yield (*here, "threshold"), "A Weibull threshold is above 0.", "Use form: logistic or normal instead."
        values = [item.get(str(self.said.get("x"))) for item in self.pool]
        if any(isinstance(value, int | float) and value < 0 for value in values):
            yield (*here, "x"), "A Weibull curve takes no intensity below 0.", "Use form: logistic or normal instead."

    def _numeric(self, name: str, path: Path) -> Iterator[Finding]:
        for item in self.pool if name else ():
            value = item.get(name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                known = sorted(key for key, each in item.items() if isinstance(each, int | float))
                sentence = f"Stimulus “{item.get('id')}” has no number “{name}”."
                yield path, sentence, did_you_mean(name, known)
                return

    def rule(self) -> Iterator[Finding]:
        """What the rule takes."""
        stairs = mapping(self.choose.get("staircase"))
        if self.by == "staircase" and not stairs:
            yield self.path, "A staircase needs to know what it climbs.", "Add staircase: {x: an attribute}."
        if self.by != "staircase" and stairs:
            yield (*self.path, "staircase"), f"The rule {self.by} climbs no staircase.", "Write by: staircase."
        if stairs:
            yield from self._numeric(str(stairs.get("x", "")), (*self.path, "staircase", "x"))
        if self.by != "information":
            for key, none in (("random", 0), ("least", 0), ("about", None)):
                if self.choose.get(key, none) != none:
                    sentence = f"“{key}” is of the rule information, not of {self.by}."
                    yield (*self.path, key), sentence, f"Remove {key}."
        about = self.choose.get("about")
        if about and self.said and about not in self.parameters():
            sentence = f"The model has no parameter “{about}”."
            yield (*self.path, "about"), sentence, did_you_mean(about, self.parameters())
        if about and self.kind == "bernoulli":
            yield (*self.path, "about"), "Each stimulus is learnt of by itself.", "Remove about."

    def stop(self) -> Iterator[Finding]:
        """What ends it early must be there to be read."""
        stop, here = mapping(self.choose.get("stop")), (*self.path, "stop")
        trials, least = self.choose.get("trials"), self.choose.get("at_least", 0)
        if isinstance(trials, int) and isinstance(least, int) and least > trials:
            yield (
                (*self.path, "at_least"),
                f"The block ends after {trials} trials anyway.",
                "Write no more than trials.",
            )
        if "reversals" in stop and self.by != "staircase":
            yield (*here, "reversals"), "Only a staircase turns round.", "Write by: staircase, or stop by sd."
        for key in ("sd", "entropy"):
            if key in stop and not self.said:
                yield (*here, key), "Without a model nothing is believed.", "Add a model."
        about = stop.get("about", "threshold")
        if "sd" in stop and self.said and about not in self.parameters():
            hint = did_you_mean(about, self.parameters())
            yield (*here, "about" if "about" in stop else "sd"), f"The model has no parameter “{about}”.", hint

    def tasks(self) -> Iterator[Finding]:
        """Every stimulus belongs to one, and runs are of curves."""
        said, here = mapping(self.choose.get("tasks")), (*self.path, "tasks")
        if not said:
            return
        missing = [item for item in self.pool if not isinstance(item.get(str(said.get("of"))), str)]
        if missing:
            sentence = f"Stimulus “{missing[0].get('id')}” has no text “{said.get('of')}”."
            yield (*here, "of"), sentence, "Name the task of every stimulus."
        if self.by != "information":
            yield here, f"The rule {self.by} chooses no task.", "Write by: information, or remove tasks."
        run = said.get("run", 1)
        if isinstance(run, int) and run > 1 and self.kind != "psychometric":
            yield (*here, "run"), "Runs are chosen for psychometric models alone.", "Write run: 1."

    def costs(self) -> Iterator[Finding]:
        """Above 0, for every stimulus."""
        name = self.choose.get("cost")
        if not isinstance(name, str):
            return
        yield from self._numeric(name, (*self.path, "cost"))
        costs = [item.get(name) for item in self.pool]
        if any(isinstance(cost, int | float) and cost <= 0 for cost in costs):
            yield (*self.path, "cost"), "A trial that costs nothing would always win.", "Write costs above 0."

    def record(self, measures: Mapping[str, JsonObject]) -> Iterator[Finding]:
        """Estimates that exist, into measures of numbers that can hold them."""
        for name, measure in mapping(self.choose.get("record")).items():
            here = (*self.path, "record", name)
            known = self._estimated()
            if name not in known:
                yield here, f"The block estimates no “{name}”.", did_you_mean(name, known)
            if str(measure) not in measures:
                yield here, f"There is no measure “{measure}”.", did_you_mean(measure, list(measures))
            elif measures[str(measure)].get("kind") != "number":
                yield here, f"“{measure}” is no measure of numbers.", "Set its kind: number."
            elif not self._fits(name, measures[str(measure)]):
                sentence = f"The estimate may leave the range that “{measure}” declares."
                yield here, sentence, "Widen low and high of the measure, or remove them."

    def _fits(self, name: str, measure: JsonObject) -> bool:
        """Whether every value that the block can come to lies in the measure's range."""
        low, high = self._span(name)
        least, most = measure.get("low"), measure.get("high")
        return not (isinstance(least, int | float) and low < least) and not (
            isinstance(most, int | float) and high > most
        )

    def _span(self, name: str) -> tuple[float, float]:
        """(lowest, highest) that an estimate can be. A standard deviation is at most half of what it spreads over."""
        parameter = name.rpartition(".")[2]
        plain = parameter.removesuffix("_sd")
        if plain in CURVE and self.kind == "psychometric":
            try:
                grid = spaced(self.said.get(plain, 0.0))
            except ValueError:
                return 0.0, 0.0  # said of the grid itself
            return (0.0, (max(grid) - min(grid)) / 2) if parameter.endswith("_sd") else (min(grid), max(grid))
        if parameter == "trials":
            trials = self.choose.get("trials")
            return 1.0, float(trials) if isinstance(trials, int) else inf
        if self.kind == "bernoulli" and plain == "mean":
            return 0.0, 1.0
        return (0.0 if parameter.endswith("_sd") else -inf), inf

    def _estimated(self) -> list[str]:
        task = mapping(self.choose.get("tasks")).get("of")
        prefixes = sorted({f"{item.get(str(task))}." for item in self.pool}) if task else [""]
        found = [f"{prefix}{name}{end}" for prefix in prefixes for name in self.parameters() for end in ("", "_sd")]
        return [*found, *(COUNTS if self.by == "staircase" else COUNTS[:1])]


def _measures(experiment: JsonObject) -> dict[str, JsonObject]:
    return {str(each.get("name")): each for _, each in rows(experiment.get("measures"))}
