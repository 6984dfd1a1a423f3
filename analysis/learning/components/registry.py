"""The one registry of components: what there is, and how it is found by kind and type."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import TypedDict, TypeVar, Unpack

from analysis.learning.components.errors import ComponentError, Finding
from analysis.learning.components.injected import INJECTED
from analysis.learning.components.kinds import KINDS
from analysis.learning.components.parameters import Parameter
from analysis.learning.components.shipped import GROUP, SHIPPED
from experiments.problems import did_you_mean
from experiments.types import JsonObject

Factory = Callable[..., object]
_F = TypeVar("_F", bound=Factory)


@dataclass(frozen=True, slots=True)
class Requirement:
    """Another component that a factory is given. kind: its kind, or several that will do.

    optional: the factory gets None where nothing fits. many: it gets a dict of all components written for it (each
    requirement of the document is then named `name.key`), possibly empty where optional. library: what it must be made
    for, such as torch; what is made for no library in particular will do.
    """

    kind: str | tuple[str, ...]
    meaning: str = ""
    optional: bool = False
    many: bool = False
    library: str = ""

    def takes(self, library: str) -> bool:
        """Whether something made for that library will do."""
        return not self.library or not library or library == self.library

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that will do."""
        return (self.kind,) if isinstance(self.kind, str) else self.kind


@dataclass(frozen=True, slots=True)
class Component:
    """A way to make one thing that a pipeline needs. What each argument means stands in the package's docstring."""

    kind: str
    type: str
    factory: Factory
    requires: Mapping[str, Requirement] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    injects: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    check: Callable[[JsonObject], Iterable[Finding]] | None = None
    identity: Callable[[JsonObject], JsonObject] | None = None
    title: str = ""
    meaning: str = ""
    library: str = ""


class Declaration(TypedDict, total=False):
    """The further arguments of `component`: those of `Component`."""

    requires: Mapping[str, Requirement]
    parameters: Mapping[str, Parameter]
    injects: tuple[str, ...]
    packages: tuple[str, ...]
    check: Callable[[JsonObject], Iterable[Finding]]
    identity: Callable[[JsonObject], JsonObject]
    library: str


COMPONENTS: dict[tuple[str, str], Component] = {}
BROKEN: dict[str, str] = {}  # by module: why it could not be loaded
_ALLOWED: set[str] = set()


def component(kind: str, type: str, **declared: Unpack[Declaration]) -> Callable[[_F], _F]:
    """Declare the factory below as a component. Its docstring gives the title (first line) and the meaning."""

    def declare(factory: _F) -> _F:
        factory.__component__ = register(Component(kind, type, factory, **declared))  # type: ignore[attr-defined]  # how a dotted path is known to be meant for this
        return factory

    return declare


def register(made: Component) -> Component:
    """ValueError if its kind is unknown, its name is taken, or its factory takes other arguments than it declares."""
    made = _titled(made)
    if made.kind not in KINDS:
        raise ValueError(f"{made.type}: there is no kind “{made.kind}”. {did_you_mean(made.kind, KINDS)}")
    _agree(made)
    if COMPONENTS.setdefault((made.kind, made.type), made).factory is not made.factory:
        raise ValueError(f"There is a {made.kind} called {made.type} already.")
    return made


def _titled(made: Component) -> Component:
    if made.title:
        return made
    first, _, rest = inspect.cleandoc(made.factory.__doc__ or "").partition("\n")
    return replace(made, title=first.rstrip(".") or made.type, meaning=rest.strip())


def _agree(made: Component) -> None:
    given = {*made.requires, *made.parameters, *made.injects}
    unknown = set(made.injects) - set(INJECTED)
    if unknown:
        raise ValueError(f"{made.kind} {made.type}: a run does not give {sorted(unknown)}; known: {sorted(INJECTED)}.")
    arguments = inspect.signature(made.factory).parameters.values()
    if any(each.kind is each.VAR_KEYWORD for each in arguments):
        return
    takes = {each.name for each in arguments}
    needs = {each.name for each in arguments if each.default is each.empty}
    if given - takes or needs - given:
        wrong = sorted((given - takes) | (needs - given))
        raise ValueError(f"{made.kind} {made.type}: declaration and arguments of its factory differ in {wrong}.")


@cache
def load_components() -> None:
    """Import what is shipped and what other installed packages add; once.

    A package of somebody else's that cannot be loaded is named in `BROKEN`: it must not take the others with it.
    """
    for module in SHIPPED:
        import_module(module)
    for entry in entry_points(group=GROUP):
        try:
            entry.load()
        except (ImportError, AttributeError, ValueError, TypeError) as error:
            BROKEN[entry.value] = f"{type(error).__name__}: {error}"


def absent_packages(made: Component) -> list[str]:
    """Packages that it needs and that are not installed here; nothing is imported."""
    return [name for name in made.packages if find_spec(name.partition(".")[0]) is None]


def allow_packages(names: Iterable[str]) -> None:
    """Packages whose components may be named by a dotted path, `package.module:name`."""
    _ALLOWED.update(names)


def allowed_packages() -> list[str]:
    """Those that were allowed."""
    return sorted(_ALLOWED)


def is_allowed_module(module: str) -> bool:
    """Whether the module is, or lies in, a package that was allowed."""
    return any(module == allowed or module.startswith(f"{allowed}.") for allowed in _ALLOWED)


def find(kind: str, type: str) -> Component:
    """The component. ComponentError, at () or ("type",) or ("kind",), if there is none or it may not be used."""
    load_components()
    if kind not in KINDS:
        raise ComponentError([(("kind",), f"There is no kind “{kind}”.", did_you_mean(kind, KINDS))])
    if ":" in type:
        return _dotted(kind, type)
    if (kind, type) not in COMPONENTS:
        raise ComponentError([(("type",), f"There is no {kind} of type “{type}”.", _elsewhere(kind, type))])
    return COMPONENTS[kind, type]


def _elsewhere(kind: str, type: str) -> str:
    others = [other for other, name in COMPONENTS if name == type]
    if others:
        return f"“{type}” is a {others[0]}: write kind: {others[0]}."
    return did_you_mean(type, [name for other, name in COMPONENTS if other == kind])


def _dotted(kind: str, path: str) -> Component:
    """Nothing is imported before its package was found in the allow-list."""
    module, _, name = path.partition(":")
    if not is_allowed_module(module):
        allowed = ", ".join(sorted(_ALLOWED)) or "none so far"
        hint = f"Allowed: {allowed}. Whoever runs this server adds packages to ALLOWED_CODE."
        raise ComponentError([(("type",), f"The package of “{path}” is not allowed here.", hint)])
    try:
        made = getattr(getattr(import_module(module), name, None), "__component__", None)
    except ImportError as error:
        raise ComponentError([(("type",), f"“{module}” cannot be imported: {error}.", "Is it installed?")]) from error
    if not isinstance(made, Component):
        raise ComponentError([(("type",), f"“{path}” is no component.", "Put @component(…) above it.")])
    if made.kind != kind:
        raise ComponentError([(("kind",), f"“{path}” is a {made.kind}, not a {kind}.", f"Write kind: {made.kind}.")])
    return made
