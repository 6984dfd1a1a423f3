"""The kinds of functions, told by what a researcher wrote. Adding one: a class here, and its name in `KINDS`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Protocol

from analysis.learning.functions.arguments import arguments_for
from analysis.learning.functions.checkpointed import Checkpointed
from analysis.learning.functions.saying import Done, Outcome, understood
from analysis.learning.functions.stepping import Occasion, Stepping, heard

if TYPE_CHECKING:
    from analysis.learning.functions.call import Call
    from analysis.learning.functions.finding import Target


class Kind(Protocol):
    """A way to run what somebody wrote."""

    name: ClassVar[str]

    def fits(self, target: Target) -> bool:
        """Is it that kind? The first kind that says yes runs it."""
        ...

    def run(self, target: Target, occasion: Occasion) -> Outcome:
        """From the beginning, or from the task's state where the kind keeps states."""
        ...


class CheckpointedKind:
    """A subclass of `Checkpointed`."""

    name: ClassVar[str] = "checkpointed"

    def fits(self, target: Target) -> bool:
        """Is it such a class?"""
        return inspect.isclass(target) and issubclass(target, Checkpointed)

    def run(self, target: Target, occasion: Occasion) -> Outcome:
        """Step by step."""
        experiment = target()
        assert isinstance(experiment, Checkpointed)  # noqa: S101 (it fits)
        return Stepping(experiment, occasion).run()


class ClassKind:
    """A class with a method `main`: an instance of its own for each run, so that nothing leaks from one to the next."""

    name: ClassVar[str] = "class"

    def fits(self, target: Target) -> bool:
        """Has it a `main`?"""
        return inspect.isclass(target) and callable(getattr(target, "main", None))

    def run(self, target: Target, occasion: Occasion) -> Outcome:
        """Make one, give it the call, and run its main."""
        instance = target()
        instance.call = occasion.call  # type: ignore[attr-defined]  # any class may have it
        return called(instance.main, occasion)  # type: ignore[attr-defined]  # it fits


class FunctionKind:
    """Anything that can be called. A generator says Progress and Output on its way; what it returns is the result."""

    name: ClassVar[str] = "plain"

    def fits(self, target: Target) -> bool:
        """Everything that is left."""
        return callable(target)

    def run(self, target: Target, occasion: Occasion) -> Outcome:
        """Call it."""
        return called(target, occasion)


KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (CheckpointedKind(), ClassKind(), FunctionKind())}


def kind_of(target: Target) -> Kind:
    """The first kind that fits: a function always does."""
    return next(kind for kind in KINDS.values() if kind.fits(target))


def called(target: Target, occasion: Occasion) -> Outcome:
    """Call with the specification, and listen to a generator until it ends."""
    positional, named = arguments_for(target, occasion.specification, occasion.call)
    returned = target(*positional, **named)
    if inspect.isgenerator(returned):
        return _listened(returned, occasion.call)
    return Outcome().ends_with(returned.value if isinstance(returned, Done) else returned)


def _listened(generator: Iterator[object], call: Call) -> Outcome:
    outcome = Outcome()
    while True:
        try:
            said = understood(next(generator))
        except StopIteration as stop:
            return outcome.ends_with(stop.value)
        if heard(said, outcome, call):
            return outcome
