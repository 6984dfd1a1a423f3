"""The part of a document that says what is demanded of a model, and how it is sought and tested. Read and refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from analysis.learning.components import (
    Either,
    Finding,
    ListOf,
    MappingOf,
    Nullable,
    OneOf,
    Parameter,
    Real,
    Record,
    Text,
    Whole,
)
from analysis.learning.components.containers import config_faults, read_config
from analysis.safety.bounds import BOUNDS
from analysis.safety.budgets import Division, together
from analysis.safety.constraints import ConstraintError, Vocabulary, parse_constraint
from analysis.safety.demanding import Terms, demand_of
from analysis.safety.models import MODELS
from analysis.safety.objectives import OBJECTIVES, USUAL
from analysis.safety.optimisers import OPTIMISERS
from analysis.safety.terms import Constraint, Demand, Mode, Model, Objective, Optimiser, Regime
from analysis.safety.tuning.section import TUNING
from experiments.problems import did_you_mean
from experiments.types import Json, JsonObject

DELTA: Final = 0.05
DEFAULT_SEED: Final = 18
USUAL_BOUND: Final = {Mode.DEFAULT: "auto", Mode.ENGINE: "student_t"}
USUAL_SPLIT: Final = {Mode.DEFAULT: "stratified", Mode.ENGINE: "ordered"}
_DELTAS = Real(0, 1, above=True, below=True)
_RANGE = ListOf(Real(), least=2, most=2)
_NUMBERS = ListOf(Real(), least=1)

CONSTRAINT: Final = Record(
    {
        "text": Parameter(Text(2_000, 1), "What must hold: abs((PR | [M]) - (PR | [F])) <= 0.15."),
        "delta": Parameter(_DELTAS, "How often a model that breaks it may pass, at most.", DELTA),
        "bound": Parameter(Nullable(BOUNDS), "How sure one is from so many rows; auto, or as the mode has it.", None),
        "bounds": Parameter(MappingOf(BOUNDS), "Another bound for single quantities: FPR: clopper_pearson.", {}),
        "ranges": Parameter(MappingOf(_RANGE), "What a value can be at all: Mean_Squared_Error: [0, 9].", {}),
        "deltas": Parameter(Nullable(_NUMBERS), "What each needed side may spend, in their order.", None),
        "logits": Parameter(Nullable(_NUMBERS), "The same as the Seldonian Engine writes it.", None),
        "inflation": Parameter(Either(Real(0), _NUMBERS), "How much wider the search foresees bounds.", 2.0),
    }
)
SAFETY: Final = Record(
    {
        "fraction": Parameter(Real(0, 1, above=True, below=True), "Share of the rows that test the candidate.", 0.6),
        "split": Parameter(Nullable(Text(40, 1)), "How rows are divided; stratified, or as the mode has it.", None),
        "seed": Parameter(Whole(0, 2**63 - 1), "Of the split alone: a sweep tests all on the same rows.", DEFAULT_SEED),
        "reuse": Parameter(
            OneOf("count", "refuse", "spend"),
            "A set that tested other candidates before: count it, refuse, or spend less delta on each.",
            "count",
        ),
    }
)
OWN: Final[dict[str, Parameter]] = {
    "model": Parameter(MODELS, "What is trained.", "logistic"),
    "objective": Parameter(Nullable(OBJECTIVES), "What is minimised; the usual one of the regime.", None),
    "constraints": Parameter(ListOf(CONSTRAINT, least=1, most=50), "What must hold, each with its delta."),
    "overall_delta": Parameter(Nullable(_DELTAS), "How often any of them may be broken, at most.", None),
    "safety": Parameter(SAFETY, "What is held back for the test.", {}),
    "optimiser": Parameter(OPTIMISERS, "How the candidate is sought.", "auto"),
    "tuning": Parameter(Nullable(TUNING), "What is chosen on the candidate rows, by trials.", None),
    "mode": Parameter(OneOf(*map(str, Mode)), "default, or the Seldonian Engine's numbers.", str(Mode.DEFAULT)),
}
"""Keys of a setting that belong here; those about the data are `loading.PARAMETERS`."""

BESIDE: Final = ("measure", "checkpoints", "epochs")
"""Keys that the batch looks at and a training does not."""


@dataclass(frozen=True, slots=True)
class Demanded:
    """One constraint as the document has it, its text not parsed yet."""

    text: str
    delta: float
    terms: Terms

    def at(self, delta: float) -> Terms:
        """With what is left of its delta: a vector of deltas shrinks with it, in the same proportions."""
        division = self.terms.division
        if division.deltas is None:
            return self.terms
        shrunk = tuple(one * (delta / self.delta) for one in division.deltas)
        return replace(self.terms, division=replace(division, deltas=shrunk))


@dataclass(frozen=True, slots=True)
class Held:
    """What is held back for the test. reuse: what a set is worth that tested other candidates before."""

    fraction: float
    split: str
    seed: int
    reuse: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A setting, read."""

    regime: Regime
    model: Model
    objective: Objective
    demanded: tuple[Demanded, ...]
    overall_delta: float | None
    held: Held
    optimiser: Optimiser
    mode: Mode

    def constraints(self, vocabulary: Vocabulary) -> tuple[Constraint, ...]:
        """Parsed, each with the delta that the overall one leaves it. ConstraintError names column and way on."""
        deltas = together([one.delta for one in self.demanded], self.overall_delta)
        return tuple(
            parse_constraint(one.text, vocabulary, delta=delta)
            for one, delta in zip(self.demanded, deltas, strict=True)
        )

    def demands(self, vocabulary: Vocabulary, *, share: float = 1.0) -> tuple[Demand, ...]:
        """As they are tested. share: of every delta, where a safety set must serve more than one candidate."""
        parsed = (replace(one, delta=one.delta * share) for one in self.constraints(vocabulary))
        return tuple(demand_of(one, wanted.at(one.delta)) for one, wanted in zip(parsed, self.demanded, strict=True))


def own_of(setting: JsonObject) -> dict[str, Parameter]:
    """`OWN`, with what its regime trains and seeks."""
    if setting.get("regime") != Regime.REINFORCEMENT:
        return OWN
    from analysis.safety.reinforcement import document

    return {**OWN, **document.OWN}


def own_faults(setting: JsonObject) -> list[Finding]:
    """What is wrong with these keys, the texts of constraints included, as far as no data are needed."""
    part = {name: setting[name] for name in OWN if name in setting}
    found = list(config_faults(own_of(setting), part))
    return found or [*_texts(setting), *_safety_faults(setting)]


def explicit(setting: JsonObject) -> JsonObject:
    """With model, objective and optimiser written down where the document leaves them out."""
    own = own_of(setting)
    usual: dict[str, Json] = {name: own[name].fallback for name in ("model", "optimiser")}
    if setting.get("regime") != Regime.REINFORCEMENT:
        usual["objective"] = str(USUAL[regime_of(setting)])
    return {**usual, **{name: value for name, value in setting.items() if value is not None}}


def stranger_faults(setting: JsonObject, known: Sequence[str]) -> Iterator[Finding]:
    """Keys that nobody reads: slips of the pen."""
    for name in setting:
        if name not in known and name not in BESIDE:
            yield (name,), f"A training under constraints has no section “{name}”.", did_you_mean(name, known)


def read_setting(setting: JsonObject) -> Wish:
    """Only for what has no faults."""
    read: dict[str, Any] = read_config(own_of(setting), {name: setting[name] for name in OWN if name in setting})
    regime = regime_of(setting)
    objective = read["objective"] or OBJECTIVES.parse(str(USUAL[regime]))
    mode = Mode(read["mode"])
    return Wish(
        regime=regime,
        model=read["model"].as_the_engine() if mode == Mode.ENGINE else read["model"],
        objective=objective,
        demanded=tuple(_demanded(one, mode) for one in read["constraints"]),
        overall_delta=read["overall_delta"],
        held=_held(read["safety"], mode),
        optimiser=read["optimiser"].as_the_engine() if mode == Mode.ENGINE else read["optimiser"],
        mode=mode,
    )


def regime_of(setting: JsonObject) -> Regime:
    """Binary classification, if nothing is said. ValueError if there is no such regime."""
    return Regime(str(setting.get("regime", Regime.BINARY)))


def _demanded(read: Mapping[str, Any], mode: Mode) -> Demanded:
    ranges = {name: (float(low), float(high)) for name, (low, high) in read["ranges"].items()}
    division = Division(read["deltas"], read["logits"], read["inflation"])
    bound = read["bound"] or BOUNDS.parse(USUAL_BOUND[mode])
    terms = Terms(bound=bound, bounds=read["bounds"], ranges=ranges, division=division, mode=mode)
    return Demanded(read["text"], read["delta"], terms)


def _held(read: Mapping[str, Any], mode: Mode) -> Held:
    return Held(**{**read, "split": read["split"] or USUAL_SPLIT[mode]})


def _texts(setting: JsonObject) -> Iterator[Finding]:
    """What can be said of the constraints' texts before the data are there: groups may come from a column."""
    named = _named_groups(setting.get("groups"))
    try:
        vocabulary = Vocabulary.of(regime_of(setting), groups=named)
    except ValueError:
        return  # said of `regime`
    seen: dict[str, int] = {}
    for place, entry in enumerate(cast("Sequence[Mapping[str, Json]]", setting["constraints"])):
        try:
            constraint = parse_constraint(str(entry["text"]), vocabulary, delta=DELTA)
        except ConstraintError as error:
            yield ("constraints", place, "text"), f"Column {error.column}: {error.sentence}", error.hint
            continue
        first = seen.setdefault(constraint.normalised, place)
        if first != place:
            yield ("constraints", place, "text"), f"This is constraint {first + 1} again.", "Leave one of them out."


def _named_groups(declared: Json) -> tuple[str, ...] | None:
    """None: a column names some of them, and nobody knows them before it is read."""
    if not isinstance(declared, Mapping):
        return ()
    is_each = any(isinstance(condition, Mapping) and "each" in condition for condition in declared.values())
    return None if is_each else tuple(declared)


def _safety_faults(setting: JsonObject) -> Iterator[Finding]:
    from analysis.safety.testing.splitting import SPLITS

    safety = cast(JsonObject, setting.get("safety") or {})
    split = safety.get("split")
    if split is not None and split not in SPLITS:
        yield ("safety", "split"), f"There is no split “{split}”.", did_you_mean(str(split), list(SPLITS))
