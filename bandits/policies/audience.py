"""Who may enter an experiment at all, before its policy is asked: holdout, layer, namespace, targeting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from bandits.policies import growthbook
from bandits.policies.errors import PolicyError
from bandits.policies.hash import place_of
from bandits.policies.layers import SLOTS, slot_of
from bandits.policies.parameters import Real, Span, Text, Whole
from bandits.policies.targeting import Attributes, Condition, Step

NAME = Text(shortest=1, longest=60)


@dataclass(frozen=True)
class Audience:
    """The `audience` of an allocation; every part of it may be left out.

    holdout, holdout_share: experiments that name the same holdout leave out the same share of all units. layer, slots:
    the parts [start, stop) of the layer's 10,000 slots that are ours; experiments of one layer share no unit.
    namespace, namespace_range: the same as GrowthBook does it. where: rules on what is known about the unit.

    >>> audience = Audience.parse({"layer": "checkout", "slots": [[0, 5000]], "where": {"country": "DE"}})
    >>> [step.sentence for step in audience.verdict("u1", {"country": "US"}).steps]
    ['slot of layer checkout is ours: yes, it is 187', 'country is DE: no, it is US']
    """

    where: Condition | None = None
    layer: str = ""
    slots: tuple[tuple[int, int], ...] = ()
    holdout: str = ""
    holdout_share: float = 0.0
    namespace: str = ""
    namespace_range: tuple[float, float] = (0.0, 1.0)

    @classmethod
    def parse(cls, spec: object, path: str = "allocation.audience") -> Audience:
        """PolicyError if it cannot be read."""
        if not isinstance(spec, Mapping):
            raise PolicyError.wrong(path, f"an object with some of {', '.join(NAMES)}", spec)
        for name in spec.keys() - set(NAMES):
            close = get_close_matches(str(name), NAMES, n=1)
            hint = f"Did you mean {close[0]}?" if close else f"Known: {', '.join(NAMES)}."
            raise PolicyError(f"{path}.{name}", f"{path}.{name} means nothing.", hint)
        audience = cls(
            where=Condition.parse(spec["where"], f"{path}.where") if "where" in spec else None,
            layer=NAME.read(f"{path}.layer", spec["layer"]) if "layer" in spec else "",
            slots=_slots(spec.get("slots", [[0, SLOTS]] if "layer" in spec else []), f"{path}.slots"),
            holdout=NAME.read(f"{path}.holdout", spec["holdout"]) if "holdout" in spec else "",
            holdout_share=Real(0, 1).read(f"{path}.holdout_share", spec.get("holdout_share", 0.0)),
            namespace=NAME.read(f"{path}.namespace", spec["namespace"]) if "namespace" in spec else "",
            namespace_range=Span().read(f"{path}.namespace_range", spec.get("namespace_range", [0.0, 1.0])),
        )
        audience._check(path)
        return audience

    def _check(self, path: str) -> None:
        for value, of in ((self.slots, "layer"), (self.holdout_share, "holdout")):
            if value and not getattr(self, of):
                raise PolicyError(f"{path}.{of}", f"{path} says which part of a {of}, but not its name.", f"Add {of}.")

    @property
    def needs_identity(self) -> bool:
        """Whether a unit without a name of its own can be judged."""
        return bool(self.layer or self.holdout or self.namespace)

    def verdict(self, unit: str, attributes: Attributes) -> Verdict:
        """Whether the unit may enter, with every rule that was looked at."""
        return Verdict(tuple(self._steps(unit, attributes)))

    def _steps(self, unit: str, attributes: Attributes) -> Iterator[Step]:
        if self.needs_identity and not unit:
            yield Step(False, "the unit has a name: no, so it belongs to no part of a layer, namespace or holdout")
            return
        if self.holdout:
            yield self._held_out(unit)
        if self.layer:
            slot = slot_of(self.layer, unit)
            ours = any(start <= slot < stop for start, stop in self.slots)
            yield Step(ours, f"slot of layer {self.layer} is ours: {_yes(ours)}, it is {slot}")
        if self.namespace:
            ours = growthbook.in_namespace(unit, self.namespace, *self.namespace_range)
            yield Step(ours, f"part of namespace {self.namespace} is ours: {_yes(ours)}")
        if self.where is not None:
            yield from self.where.steps(attributes)

    def _held_out(self, unit: str) -> Step:
        is_out = place_of("holdout", self.holdout, unit) / 2**64 < self.holdout_share
        return Step(not is_out, f"not in holdout {self.holdout} ({self.holdout_share:.0%}): {_yes(not is_out)}")


@dataclass(frozen=True)
class Verdict:
    """What became of each rule."""

    steps: tuple[Step, ...]

    @property
    def is_inside(self) -> bool:
        """Whether every rule holds."""
        return all(step.holds for step in self.steps)

    @property
    def reason(self) -> str:
        """The first rule that does not hold; "" if all do."""
        return next((step.sentence for step in self.steps if not step.holds), "")


NAMES = ("where", "layer", "slots", "holdout", "holdout_share", "namespace", "namespace_range")


def _slots(value: object, path: str) -> tuple[tuple[int, int], ...]:
    if not isinstance(value, list | tuple):
        raise PolicyError.wrong(path, "a list of parts, as [[0, 4000]]", value)
    return tuple(_slot_range(part, f"{path}[{index}]") for index, part in enumerate(value))


def _slot_range(value: object, path: str) -> tuple[int, int]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise PolicyError.wrong(path, "a pair [start, stop]", value)
    start, stop = (Whole(0, SLOTS).read(path, end) for end in value)
    if start >= stop:
        raise PolicyError(path, f"{path} is empty: it starts at {start} and stops at {stop}.", "Let it start earlier.")
    return start, stop


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"
