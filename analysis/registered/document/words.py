"""The words of an analysis plan: frozen, compared by value, hashed by their canonical JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import cast

from analysis.registered.document.estimands import LATER, PLAIN, Estimand
from experiments.definition import sha256_of
from experiments.types import Json, JsonObject

FORMAT = 1
LEVEL = 0.05


class Role(StrEnum):
    """What an answer is for. Only primary and secondary questions share the error allowed; exploring claims nothing."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    GUARDRAIL = "guardrail"
    EXPLORATORY = "exploratory"


class ContrastKind(StrEnum):
    """What is held against what."""

    ARM = "arm"
    FACTOR = "factor"
    WITHIN = "within"
    INTERACTION = "interaction"
    OMNIBUS = "omnibus"
    VALUE = "value"


class Method(StrEnum):
    """The way to an answer. Which formula it comes to depends on the measure; the report names it."""

    ANYTIME = "anytime"
    FIXED = "fixed"
    GROUP_SEQUENTIAL = "group_sequential"
    BAYES = "bayes"
    BAYES_FACTOR = "bayes_factor"
    RANKS = "ranks"
    EXACT = "exact"
    ANOVA = "anova"
    MIXED = "mixed"
    LOGISTIC = "logistic"
    SURVIVAL = "survival"


class Aim(StrEnum):
    """What is to be shown: any difference, a better one, one no worse than the margin, one within both margins."""

    DIFFERENT = "different"
    BETTER = "better"
    NON_INFERIOR = "non_inferior"
    EQUIVALENT = "equivalent"


class Correction(StrEnum):
    """How a family shares its level among its questions."""

    NONE = "none"
    BONFERRONI = "bonferroni"
    HOLM = "holm"
    HOCHBERG = "hochberg"
    HOMMEL = "hommel"
    DUNNETT = "dunnett"
    GRAPH = "graph"
    CLOSED = "closed_simes"
    BH = "bh"
    BY = "by"
    E_BH = "e_bh"

    @property
    def holds_familywise(self) -> bool:
        """Whether the chance of *any* false claim is held, rather than the false share of the claims."""
        return self not in {Correction.NONE, Correction.BH, Correction.BY, Correction.E_BH}


class LooksKind(StrEnum):
    """When somebody may look and decide: always, at stated parts of the units, or once, at the end."""

    ALWAYS = "always"
    PLANNED = "planned"
    ONCE = "once"


class Spending(StrEnum):
    """How planned looks spend the level (Lan and DeMets 1983)."""

    OBRIEN_FLEMING = "obrien_fleming"
    POCOCK = "pocock"
    POWER = "power"
    HWANG_SHIH_DECANI = "hwang_shih_decani"


@dataclass(frozen=True, slots=True)
class Contrast:
    """kind arm: `arm` against `control`. factor, within: `level` of a factor against `baseline`, over all others.

    interaction: `factors` together. omnibus: all levels of `factors`, or all arms where none is named.
    value: nothing; the measure itself, of `arm` or of everybody.
    """

    kind: ContrastKind
    arm: str | None = None
    control: str | None = None
    factor: str | None = None
    level: Json = None
    baseline: Json = None
    factors: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """For people: “B” against “A”."""
        if self.kind == ContrastKind.ARM:
            return f"“{self.arm}” against “{self.control}”"
        if self.kind in (ContrastKind.FACTOR, ContrastKind.WITHIN):
            return f"{self.factor} “{self.level}” against “{self.baseline}”"
        if self.kind == ContrastKind.VALUE:
            return f"in “{self.arm}”" if self.arm else "in all"
        named = " and ".join(self.factors)
        return (
            f"{named} together" if self.kind == ContrastKind.INTERACTION else f"any difference among {named or 'arms'}"
        )


@dataclass(frozen=True, slots=True)
class Winsor:
    """Values beyond these quantiles (of all units that are counted, over all arms together) count as the quantile."""

    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True, slots=True)
class Prior:
    """A normal prior on the relative effect; weight: how much of an earlier experiment counts (power prior)."""

    mean: float = 0.0
    sd: float = 0.3
    source: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked of the data. name: unique in the plan.

    margin: in the estimand's units, 0 or more; what is still acceptable (non_inferior, equivalent). aggregate: how
    several values of one unit become its one value. covariates: attributes, known before the assignment.
    """

    name: str
    measure: str
    role: Role
    contrast: Contrast
    estimand: Estimand = PLAIN
    method: Method = Method.ANYTIME
    aim: Aim = Aim.DIFFERENT
    margin: float | None = None
    aggregate: str = "mean"
    covariates: tuple[str, ...] = ()
    winsor: Winsor | None = None
    prior: Prior | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Units left out. rule: a name that a room registered (`analysis.results`); settings: what the rule reads."""

    rule: str
    settings: JsonObject = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """The part of a level that goes on from a question that was answered. weight: in (0, 1]."""

    source: str
    target: str
    weight: float


@dataclass(frozen=True, slots=True)
class Graph:
    """A graphical procedure: the share of each question at first, and where it goes on to (Bretz et al. 2009)."""

    weights: Mapping[str, float]
    edges: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """Questions whose answers share one level. graph: of correction graph only."""

    name: str
    questions: tuple[str, ...]
    correction: Correction
    level: float = LEVEL
    graph: Graph | None = None


@dataclass(frozen=True, slots=True)
class Looks:
    """parts: of `units`, rising, the last is 1 (planned). parameter: of power and Hwang-Shih-DeCani spending."""

    kind: LooksKind = LooksKind.ALWAYS
    parts: tuple[float, ...] = ()
    spending: Spending = Spending.OBRIEN_FLEMING
    parameter: float | None = None
    units: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked, of whom, how, and when. level: of the primary questions together. seed: of every drawn figure.

    slices: attributes that answers are shown by; exploring only. note: hypotheses, in the researcher's words.
    """

    questions: tuple[Question, ...]
    families: tuple[Family, ...]
    exclusions: tuple[Exclusion, ...] = ()
    looks: Looks = Looks()
    level: float = LEVEL
    slices: tuple[str, ...] = ()
    seed: int = 18
    note: str = ""
    format: int = FORMAT

    def question(self, name: str) -> Question:
        """KeyError if there is none of that name."""
        return {each.name: each for each in self.questions}[name]

    def family_of(self, question: str) -> Family | None:
        """The family that it shares its level with."""
        return next((family for family in self.families if question in family.questions), None)

    def of_role(self, role: Role) -> tuple[Question, ...]:
        """The questions of one role, in the plan's order."""
        return tuple(each for each in self.questions if each.role == role)

    def as_json(self) -> JsonObject:
        """What `parse` reads: every key, also where it stands at its default, but for those that came later: a plan
        without them keeps its hash.
        """
        return cast(JsonObject, _plain(asdict(self)))

    @property
    def sha256(self) -> str:
        """64 hexadecimal digits: of the canonical JSON."""
        return sha256_of(self.as_json())


def _plain(value: object) -> Json:
    if isinstance(value, Mapping):
        is_estimand = "per" in value
        unsaid = {key for key in LATER if is_estimand and value.get(key) in (None, ())}
        return {str(key): _plain(each) for key, each in value.items() if key not in unsaid}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, StrEnum) else cast(Json, value)
