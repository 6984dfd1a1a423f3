"""What an explanation is: one typed value, spelt one way, whatever method made it.

The same model, sample, parameters and seed give the same bytes (`Explanation.canonical`), so that an explanation is
computed once, kept by its hash, and shown to each participant as it was.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, Literal, cast

from msgspec import Struct, ValidationError, convert, field, to_builtins

from analysis.explainers.bodies import AnyBody
from analysis.learning.digests import canonical, digest_of
from experiments.types import JsonObject

SCHEMA: Final = "machina-explanation/1"


class Scope(StrEnum):
    """What an explanation speaks of: one prediction, or the model as a whole."""

    LOCAL = "local"
    GLOBAL = "global"


class Prediction(Struct, frozen=True, forbid_unknown_fields=True):
    """What the model says of the sample: a number, or the probability of the class `label`, which is explained."""

    value: float
    label: str | None = None


class Explanation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An explanation of a prediction, or of a model.

    method: name of the explainer; parameters: all of them, defaults too. value_function: what "leaving a feature out"
    meant, in a word (interventional, path_dependent, baseline, …), where that matters. seed: of its chance; None where
    there was none. background: SHA-256 of what it compared with. fidelity: how well it imitates the model near the
    sample, at most 1, as `fidelity_name` measures it; None where it was not measured. warnings: whole sentences for the
    researcher.
    """

    schema: Literal["machina-explanation/1"] = SCHEMA
    method: str
    body: AnyBody
    scope: Scope = Scope.LOCAL
    prediction: Prediction | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    value_function: str = ""
    seed: int | None = None
    background: str = ""
    fidelity: float | None = None
    fidelity_name: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def form(self) -> str:
        """What it looks like: the name of its body."""
        return self.body.form

    def document(self) -> JsonObject:
        """As JSON. `from_document` gives an equal explanation."""
        return cast(
            JsonObject, to_builtins(convert(to_builtins(self), Explanation))
        )  # 1 becomes 1.0 where it is a float

    def canonical(self) -> bytes:
        """The one spelling: JSON in UTF-8, keys sorted, no spaces. ValueError for a figure that is not finite."""
        return canonical(self.document()).encode()

    def digest(self) -> str:
        """SHA-256 of `canonical`, 64 hexadecimal digits."""
        return digest_of(self.document())


def from_document(document: object) -> Explanation:
    """The inverse of `Explanation.document`. ValueError that names the place if it is none of this schema."""
    try:
        return convert(document, Explanation)
    except ValidationError as error:
        raise ValueError(f"This is no {SCHEMA}: {error}.") from error
