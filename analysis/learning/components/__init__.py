"""What a pipeline is built from: named components, each of a kind and a type, found in one registry.

To add one, write a factory and declare it; nothing else has to be told (docs/recipes/add-a-component.md):

    from analysis.learning.components import ListOf, OneOf, Parameter, Real, Requirement, Whole, component

    @component(
        "model",                                        # its kind: what it is for; `KINDS` lists them
        "mlp",                                          # its type: its name within the kind
        requires={"dataset": Requirement("dataset", "What its layers are measured on.")},
        parameters={
            "hidden": Parameter(Whole(1, 4096), "Units of the hidden layer.", default=64),
            "activation": Parameter(OneOf("relu", "tanh"), "After each layer.", default="relu"),
            "rates": Parameter(ListOf(Real(0, 1)), "Drop-out of each layer."),      # no default: must be written
        },
        injects=("seed",),                              # given by the run, never written in a file: see `INJECTED`
        packages=("sklearn",),                          # imported inside the factory; named so that a check can tell
    )
    def mlp(*, dataset: Dataset, hidden: int, activation: str, rates: list[float], seed: int) -> Mlp:
        '''A multilayer perceptron. (The first line is its title in the console, the rest its help.)'''

The factory is called once per run, with keyword arguments only: what it requires (already built), its parameters
(read: a Real arrives as a float, defaults are filled in) and what it asks to be injected. Its module is imported while
a web process starts, so it imports scikit-learn, torch and the like inside. `register(Component(...))` does the same
for components made in a loop. Further arguments of the decorator: `check(config)` yields (path, sentence, hint) for
rules between parameters; `identity(config)` gives JSON that stands for outer data (a file's hash): it is in the digest.

In a document (a file, the admin form, the API):

    components:
      digits: {kind: dataset, type: sklearn_digits}
      net:    {kind: model, type: mlp, config: {hidden: {sweep: [32, 64]}},
               requirements: [{name: dataset, component: digits}]}

A requirement that is not written is given the only component that fits, where there is exactly one. A `subscription`
picks from what a component gives: a key of a mapping (`subscription: train`) or, as a list, a smaller mapping. A kind
that is a mapping says of what: `Kind("splits", …, of="dataset")`. `{inject: seed}` in a config is replaced by that.

The root is the one component of kind `trainer`: its product has `train(task, reporter) -> JSON object`
(`Trainer`). Shipped modules are listed in `shipped.py`, one line each; other packages declare the entry point group
`machina.components` (a module that registers when imported). A type written as `package.module:name` is refused
unless its package is allow-listed (`allow_packages`), and must carry the decorator.
"""

from analysis.learning.components.containers import Either, ListOf, MappingOf, Nullable, Record
from analysis.learning.components.errors import ComponentError, Finding
from analysis.learning.components.injected import INJECTED
from analysis.learning.components.kinds import KINDS, Kind, Trainer, register_kind
from analysis.learning.components.parameters import REQUIRED, Parameter
from analysis.learning.components.registry import (
    COMPONENTS,
    Component,
    Requirement,
    allow_packages,
    component,
    find,
    load_components,
    register,
)
from analysis.learning.components.values import Anything, Flag, OneOf, Real, Text, ValueKind, Whole

__all__ = [
    "COMPONENTS",
    "INJECTED",
    "KINDS",
    "REQUIRED",
    "Anything",
    "Component",
    "ComponentError",
    "Either",
    "Finding",
    "Flag",
    "Kind",
    "ListOf",
    "MappingOf",
    "Nullable",
    "OneOf",
    "Parameter",
    "Real",
    "Record",
    "Requirement",
    "Text",
    "Trainer",
    "ValueKind",
    "Whole",
    "allow_packages",
    "component",
    "find",
    "load_components",
    "register",
    "register_kind",
]
