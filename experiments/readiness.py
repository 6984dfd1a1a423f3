"""Whether a definition can be run: rooms above add their own checks when they come up."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from experiments.errors import NotReady
from experiments.models import Experiment
from experiments.types import JsonObject

Check = Callable[[JsonObject], Iterable[str]]

Guard = Callable[[Experiment, JsonObject], None]

CHECKS: list[Check] = []
GUARDS: list[Guard] = []

GATES: list[Guard] = []


def register(check: Check) -> Check:
    """Add a check: definition in, one sentence per problem out."""
    if check not in CHECKS:
        CHECKS.append(check)
    return check


def register_guard(guard: Guard) -> Guard:
    """Add a guard: the experiment and the definition that newcomers would get in; a Refusal raised, or nothing."""
    if guard not in GUARDS:
        GUARDS.append(guard)
    return guard


def register_gate(gate: Guard) -> Guard:
    """Add a gate: a guard that is asked whenever newcomers are let in, also where the definition is as it was."""
    if gate not in GATES:
        GATES.append(gate)
    return gate


def ask_gates(experiment: Experiment, definition: JsonObject) -> None:
    """Let every gate refuse that newcomers get this: what was proven once may not stand any more."""
    for gate in GATES:
        gate(experiment, definition)


def ask_guards(experiment: Experiment, definition: JsonObject) -> None:
    """Let every guard refuse that this becomes what newcomers get."""
    for guard in GUARDS:
        guard(experiment, definition)


def problems(definition: JsonObject) -> tuple[str, ...]:
    """Every sentence of every check."""
    return tuple(sentence for check in CHECKS for sentence in check(definition))


def require_ready(definition: JsonObject) -> None:
    """Raise NotReady with all problems at once."""
    found = problems(definition)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise NotReady(
            f"Not ready: {found[0]}{more}", hint="Mend these in the experiment's definition.", problems=found
        )


@register
def _has_what_it_needs(definition: JsonObject) -> Iterable[str]:
    if not any(arm.get("is_enabled", True) for arm in _rows(definition, "arms")):
        yield "There is no enabled arm: add factors and generate the arms, or add one by hand."
    if definition.get("unit_kind") == "participant" and not _rows(definition, "steps"):
        yield "There are no steps: participants would see an empty page."
    if definition.get("unit_kind") == "participant" and not definition.get("consent"):
        yield "The study has no consent document: add one, people must know what they agree to."


def _rows(definition: JsonObject, name: str) -> list[JsonObject]:
    rows = definition.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
