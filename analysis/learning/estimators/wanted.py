"""An estimator as a document asks for it: a name, and parameters of plain JSON; checked without fitting anything.

An estimator inside of another is written `{estimator: NAME, parameters: {…}}`; with its name beside it, as in the
transformers of a ColumnTransformer, it is a list: `[scaled, {estimator: StandardScaler}, [0, 1]]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.learning.components.errors import Finding
from analysis.learning.components.templates import candidates
from analysis.learning.estimators.catalogue import PLACES, estimator_class
from analysis.learning.seeds import library_seed
from experiments.problems import did_you_mean
from experiments.types import Json

REFUSED: Mapping[str, str] = {
    "memory": "It would write pickles to the worker's disk.",
    "verbose": "A worker has nobody to talk to.",
}
READS_FILES = ("filename", "file")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One estimator."""

    name: str
    parameters: Mapping[str, Json] = field(default_factory=dict)

    def built(self, seed: int) -> Any:
        """The estimator, unfitted. Whatever takes a random state gets one that follows from the seed."""
        made = _built(self.name, self.parameters)
        return _seeded(made, seed)


@dataclass(frozen=True, slots=True)
class InARow:
    """A pipeline: every step but the last prepares what the next one gets."""

    steps: Sequence[tuple[str, Wanted]]

    def built(self, seed: int) -> Any:
        from sklearn.pipeline import Pipeline

        made = Pipeline([(name, _built(step.name, step.parameters)) for name, step in self.steps])
        return _seeded(made, seed)


def step(number: int, made: Mapping[str, object]) -> tuple[str, Wanted]:
    """One step of a row as a document writes it: name, parameters, and what it is called (by default, its number)."""
    name, parameters = str(made["name"]), made["parameters"]
    called = str(made["as"]) or f"{number}_{name.lower()}"
    return called, Wanted(name, parameters if isinstance(parameters, Mapping) else {})


def _built(name: str, parameters: Mapping[str, Json]) -> Any:
    made = estimator_class(name)
    return made(**{key: _fitting(made, key, _value(value)) for key, value in parameters.items()})


def _value(value: Json) -> Any:
    """With the estimators in it built, and lists that hold some turned into the tuples that scikit-learn takes."""
    if isinstance(value, Mapping):
        if "estimator" in value:
            parameters = value.get("parameters")
            return _built(str(value["estimator"]), parameters if isinstance(parameters, Mapping) else {})
        return {key: _value(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        inner = [_value(each) for each in value]
        return tuple(inner) if _is_named(inner) else inner
    return value


def _is_named(entry: list[Any]) -> bool:
    """[name, estimator] or [name, estimator, columns]; in place of an estimator `passthrough` or `drop`."""
    if len(entry) not in (2, 3) or not isinstance(entry[0], str):
        return False
    return hasattr(entry[1], "get_params") or (len(entry) == 3 and entry[1] in ("passthrough", "drop"))


def _fitting(made: type, key: str, value: Any) -> Any:
    """A list as a tuple where the estimator takes tuples and no lists."""
    allowed = getattr(made, "_parameter_constraints", {}).get(key, ())
    if isinstance(value, list) and tuple in allowed and list not in allowed and "array-like" not in allowed:
        return tuple(value)
    return value


def _seeded(made: Any, seed: int) -> Any:
    for number, key in enumerate(sorted(made.get_params(deep=True))):
        if key.rpartition("__")[2] == "random_state" and made.get_params()[key] is None:
            made.set_params(**{key: library_seed(seed + number)})
    return made


def faults(name: Json, parameters: Json) -> Iterator[Finding]:
    """What is wrong with a name and its parameters, each with its path below the config; sweeps are looked into."""
    if not isinstance(name, str) or name not in PLACES:
        yield ("name",), f"Scikit-learn has no estimator “{name}”.", did_you_mean(str(name), PLACES)
        return
    if isinstance(parameters, Mapping):
        for key, value in parameters.items():
            found = _candidate_faults(name, key, value)
            yield from ((("parameters", key, *path), message, hint) for path, message, hint in found)


def _candidate_faults(name: str, key: str, value: Json) -> Iterator[Finding]:
    swept = candidates(value)
    for path, each in [((), value)] if swept is None else swept:
        yield from (((*path, *inner), message, hint) for inner, message, hint in _parameter_faults(name, key, each))


def _parameter_faults(name: str, key: str, value: Json) -> Iterator[Finding]:
    known = _known(name)
    if key not in known:
        yield (), f"{name} has no parameter “{key}”.", did_you_mean(key, known)
    elif key in REFUSED:
        yield (), f"The parameter “{key}” is not taken here.", REFUSED[key]
    elif key == "input" and value in READS_FILES:
        yield (), "Texts are taken from the data, not from files that they name.", "Leave it out."
    elif inside := list(_faults_inside(value)):
        yield from inside
    elif sentence := _refusal(name, key, value):
        yield (), sentence, f"See the documentation of {name}."


def _faults_inside(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[Finding]:
    """Of estimators within a value."""
    if isinstance(value, Mapping) and "estimator" in value:
        found = faults(value["estimator"], value.get("parameters", {}))
        renamed = {"name": "estimator"}
        yield from (((*path, renamed.get(str(at[0]), at[0]), *at[1:]), message, hint) for at, message, hint in found)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _faults_inside(inner, (*path, key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, inner in enumerate(value):
            yield from _faults_inside(inner, (*path, index))


def _known(name: str) -> list[str]:
    from inspect import signature

    return list(signature(estimator_class(name)).parameters)


def _refusal(name: str, key: str, value: Json) -> str:
    """What scikit-learn itself says of that value, "" if nothing."""
    from sklearn.utils._param_validation import InvalidParameterError, validate_parameter_constraints

    made = estimator_class(name)
    constraints = getattr(made, "_parameter_constraints", {})
    if key not in constraints:
        return ""
    given = {key: _fitting(made, key, _value(value))}
    try:
        validate_parameter_constraints({key: constraints[key]}, given, caller_name=name)
    except InvalidParameterError as error:
        return str(error)
    return ""
