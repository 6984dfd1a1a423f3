"""The forms an explanation can take. Each is frozen and compares by value; msgspec reads and writes it.

Values of features stand as people read them (text, number, yes or no), in the order of the model's features.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Readable = bool | int | float | str


class Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="form"):
    """What every form is."""

    @property
    def form(self) -> str:
        """Its name in documents."""
        return str(type(self).__struct_config__.tag)


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A piece of a form."""


class Weight(Part, frozen=True, kw_only=True):
    """What one feature adds to the prediction, in the prediction's unit. error: standard error, where it was drawn."""

    feature: str
    weight: float
    value: Readable | None = None
    error: float | None = None


class Attribution(Body, frozen=True, kw_only=True, tag="attribution"):
    """Weights of features. base: what the prediction starts from; if it is additive, base + sum = prediction.

    Of a model as a whole (scope global), the weights are importances.
    """

    weights: tuple[Weight, ...]
    base: float | None = None
    is_additive: bool = False


class Token(Part, frozen=True, kw_only=True):
    """A piece of a text, as it stands there. start, end: in characters."""

    text: str
    start: int
    end: int
    weight: float


class Tokens(Body, frozen=True, kw_only=True, tag="tokens"):
    """Weights of the words of a text, in their order."""

    text: str
    tokens: tuple[Token, ...]
    base: float | None = None


class Saliency(Body, frozen=True, kw_only=True, tag="saliency"):
    """Weights of the pixels of an image, row by row, height x width of them."""

    height: int
    width: int
    values: tuple[float, ...]
    base: float | None = None

    def __post_init__(self) -> None:
        if len(self.values) != self.height * self.width:
            raise ValueError(f"values must be {self.height} x {self.width} of them, not {len(self.values)}.")


class Condition(Part, frozen=True, kw_only=True):
    """A condition on one feature. low or high: open where None; among: categories. op says which sign is read."""

    feature: str
    op: Literal["at most", "more than", "between", "among", "is"]
    low: float | None = None
    high: float | None = None
    among: tuple[str, ...] = ()
    holds: bool | None = None


class Changed(Part, frozen=True, kw_only=True):
    """One way to get another prediction. values: of all features; changed: names of those that differ."""

    values: tuple[Readable, ...]
    changed: tuple[str, ...]
    prediction: float
    label: str | None = None
    distance: float


class Counterfactuals(Body, frozen=True, kw_only=True, tag="counterfactuals"):
    """What would have to be different. wanted: the prediction sought, in words. No `found` is a result, not a fault."""

    features: tuple[str, ...]
    original: tuple[Readable, ...]
    wanted: str
    found: tuple[Changed, ...]


class Anchor(Body, frozen=True, kw_only=True, tag="anchor"):
    """Conditions that hold the prediction where it is. precision_low: its lower confidence bound; coverage: 0 to 1."""

    conditions: tuple[Condition, ...]
    outcome: str
    precision: float
    precision_low: float
    coverage: float


class Rule(Part, frozen=True, kw_only=True):
    """If all conditions hold: the outcome. support: how many rows of the background it covers."""

    conditions: tuple[Condition, ...]
    outcome: str
    probability: float | None = None
    support: int = 0


class Rules(Body, frozen=True, kw_only=True, tag="rules"):
    """Rules; the first that holds decides if they are ordered. fires: place of the one that decides, None: default."""

    rules: tuple[Rule, ...]
    default: str
    is_ordered: bool
    default_probability: float | None = None
    fires: int | None = None


class Node(Part, frozen=True, kw_only=True):
    """A node; a leaf has no feature. A row goes left when its value is at most the threshold, or among `among`."""

    value: tuple[float, ...]
    n: float
    feature: str | None = None
    threshold: float | None = None
    among: tuple[str, ...] = ()
    left: int | None = None
    right: int | None = None


class Tree(Body, frozen=True, kw_only=True, tag="tree"):
    """A decision tree, node 0 at the root. labels: of the classes, in the order of each node's values; none: numbers.

    path: nodes that the sample passes, root to leaf.
    """

    nodes: tuple[Node, ...]
    labels: tuple[str, ...] = ()
    path: tuple[int, ...] = ()


class Curve(Part, frozen=True, kw_only=True):
    """The prediction as one feature moves. grid and mean are as many; each of `single` too (one row of the data)."""

    feature: str
    grid: tuple[Readable, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    single: tuple[tuple[float, ...], ...] = ()
    at: Readable | None = None


class Curves(Body, frozen=True, kw_only=True, tag="curves"):
    """Shapes of features' effects. means: which kind they are."""

    curves: tuple[Curve, ...]
    means: Literal["partial dependence", "accumulated local effects", "additive term"]
    base: float | None = None


class Example(Part, frozen=True, kw_only=True):
    """A row of the background. row: its place there; distance: in the method's own measure."""

    row: int
    values: tuple[Readable, ...]
    distance: float | None = None
    label: str | None = None
    prediction: float | None = None


class Examples(Body, frozen=True, kw_only=True, tag="examples"):
    """Rows that resemble the sample, or stand for many. are: which of the two."""

    features: tuple[str, ...]
    examples: tuple[Example, ...]
    are: Literal["nearest", "prototypes", "criticisms"]


class Layer(Part, frozen=True, kw_only=True):
    """What one layer of a network computes: shape and values, in C order."""

    name: str
    shape: tuple[int, ...]
    values: tuple[float, ...]


class Activations(Body, frozen=True, kw_only=True, tag="activations"):
    """What the layers of a network say of the sample."""

    layers: tuple[Layer, ...]


class Nothing(Body, frozen=True, kw_only=True, tag="nothing"):
    """The control: no explanation."""


AnyBody = (
    Attribution
    | Tokens
    | Saliency
    | Counterfactuals
    | Anchor
    | Rules
    | Tree
    | Curves
    | Examples
    | Activations
    | Nothing
)
