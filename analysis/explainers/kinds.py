"""What every explainer is, and how one is found by name.

To add one:

    @EXPLAINERS.register
    @dataclass(frozen=True)
    class Occlusion(Explainer):
        '''What changes when a part is hidden. (The first line is its title, the rest its help.)'''

        name: ClassVar[str] = "occlusion"
        example: ClassVar[JsonObject] = {"type": "occlusion", "patch": 2}
        needs: ClassVar[Needs] = Needs(modalities=frozenset({Modality.IMAGE}))
        makes: ClassVar[frozenset[str]] = frozenset({"saliency"})

        patch: int = takes(Whole(1, 64), "Side of the square that is hidden, in pixels.", 4)

        def fit(self, model, background, *, seed): …

An explainer keeps no state: it is its parameters. ``fit`` does once what serves all samples.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar, cast

from analysis.explainers.subjects import Background, Capability, Modality, Model, Sample, Task
from analysis.explainers.words import Explanation, Scope
from analysis.learning.members import Member, Register
from experiments.types import Json

Explaining = Callable[[Sample, int | None], Explanation]
"""(sample, place of the class to explain; None: the one predicted, or the number) -> explanation."""

EVERY_MODALITY = frozenset(Modality)
EVERY_TASK = frozenset(Task)


class NoExplanation(ValueError):
    """The method has nothing to say here. Its text is a whole sentence for the researcher."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What an explainer cannot do without; the compiler pairs it only with what has all of it.

    background: whether it compares with data; labels: whether it needs their targets. most_features: beyond which it
    would not end.
    """

    modalities: frozenset[Modality] = frozenset({Modality.TABULAR})
    tasks: frozenset[Task] = EVERY_TASK
    capabilities: frozenset[Capability] = frozenset()
    background: bool = True
    labels: bool = False
    most_features: int | None = None

    def refusals(self, model: Model, background: Background) -> Iterable[str]:
        """Whole sentences, one for each thing that is missing."""
        if model.modality not in self.modalities:
            yield f"It explains {_listed(self.modalities)} data, and the model takes {model.modality}."
        if model.task not in self.tasks:
            yield f"It explains {_listed(self.tasks)}, and the model's task is {model.task}."
        lacking = self.capabilities - model.capabilities
        if lacking:
            yield f"It needs a model that offers {_listed(lacking)}."
        if self.background and not len(background):
            yield "It compares with data, and the background has no rows."
        if self.labels and background.targets is None:
            yield "It needs the targets of the background."
        if self.most_features is not None and background.width > self.most_features:
            yield f"It takes at most {self.most_features} features, and there are {background.width}."


class Explainer(Member):
    """A way to explain. makes: the forms of its explanations. is_random: whether its seed matters."""

    needs: ClassVar[Needs]
    makes: ClassVar[frozenset[str]]
    scope: ClassVar[Scope] = Scope.LOCAL
    is_random: ClassVar[bool] = False

    @abstractmethod
    def fit(self, model: Model, background: Background, *, seed: int) -> Explaining:
        """What explains single samples. NoExplanation where the needs are not met.

        Equal model, background, seed and sample give equal explanations, in whatever order samples come. For a global
        explainer the sample is ignored.
        """

    def refusals(self, model: Model, background: Background) -> Iterable[str]:
        """Why these do not suit it, with these parameters: whole sentences. None: it can be fitted."""
        yield from self.needs.refusals(model, background)

    def told(self) -> dict[str, Json]:
        """All its parameters as a document writes them: what `Explanation.parameters` holds."""
        return {name: written(getattr(self, name)) for name in self.parameters()}

    def check(self, model: Model, background: Background) -> None:
        """NoExplanation with every need that is not met."""
        missing = list(self.refusals(model, background))
        if missing:
            raise NoExplanation(f"{self.name} does not suit: {' '.join(missing)}")


EXPLAINERS: Register[Explainer] = Register("type")


def written(value: object) -> Json:
    """A parameter's value as a document writes it; another explainer with its name and parameters."""
    if isinstance(value, Explainer):
        return {EXPLAINERS.word: value.name, **value.told()}
    return cast(Json, [written(each) for each in value] if isinstance(value, tuple) else value)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))
