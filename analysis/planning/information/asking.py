"""What is typed about information, read; and what is answered, by the best way there is for each model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from analysis.planning.information import conjugate
from analysis.planning.information.arms import Arms, Array, BetaArms, NormalArms
from analysis.planning.information.best_arm import chances_best, information
from analysis.planning.information.choosing import for_the_money, knowledge_gradient, next_block, value_of_batch
from analysis.planning.information.models import LinearAnswers, LogisticAnswers
from analysis.planning.information.nested import between
from analysis.planning.information.psychometric import Grid, Guard
from analysis.planning.information.variational import lower_bound
from analysis.statistics.bayes.next_units import top_two

MOST_ARMS, MOST_BATCH, MOST_LOOKS, MOST_STIMULI = 200, 500, 60, 2_000
WORK = 20_000  # arms times arms times places: about half a minute


@dataclass(frozen=True, slots=True)
class Typed:
    """One arm as it was typed: NAME=SUCCESSES/PEOPLE, or NAME=MEAN,SD,PEOPLE. cost: of one person in it."""

    name: str
    figures: tuple[float, ...]
    cost: float = 1.0

    @classmethod
    def read(cls, text: str) -> Typed:
        """``NAME=12/40``, or ``NAME=5.1,2,40``; ``@4`` behind it is what one person costs. ValueError with the text."""
        name, _, rest = text.rpartition("=")
        figures, _, cost = rest.partition("@")
        try:
            typed = tuple(float(each) for each in figures.split("/" if "/" in figures else ","))
            own = cls(name, typed, float(cost or 1))
        except ValueError:
            typed, own = (), cls(name, ())
        is_number = all(map(isfinite, (*own.figures, own.cost))) and own.cost > 0
        fits = len(typed) == 3 and typed[1] > 0 and typed[2] >= 1
        fits = (len(typed) == 2 and "/" in figures and 0 <= typed[0] <= typed[1]) or fits
        if not (name and is_number and fits):
            raise ValueError(
                f"an arm is NAME=SUCCESSES/PEOPLE, such as a=12/40, or NAME=MEAN,SD,PEOPLE, such as a=5.1,2,40, with "
                f"@COST behind it if it costs otherwise than others; not {text!r}."
            )
        return own


def arms_of(typed: Sequence[Typed]) -> Arms:
    """Beta(1/2, 1/2) before yes or no; means as far as the people seen say. ValueError for fewer than two, or a mix."""
    if not 2 <= len(typed) <= MOST_ARMS or len({one.name for one in typed}) < len(typed):
        raise ValueError(f"two to {MOST_ARMS} arms are compared, each with a name of its own; {len(typed)} were given.")
    if len({len(one.figures) for one in typed}) > 1:
        raise ValueError("all arms must be of yes or no (12/40), or all of numbers (5.1,2,40).")
    if len(typed[0].figures) == 2:
        return BetaArms.of(*((0.5 + yes, 0.5 + n - yes) for yes, n in (one.figures for one in typed)))
    mean, sd, n = (np.array(each, float) for each in zip(*(one.figures for one in typed), strict=True))
    return NormalArms(mean, sd / np.sqrt(n), sd)


def of_arms(typed: Sequence[Typed], *, target: str, size: int, left: float) -> dict[str, object]:
    """Where the next looks go: information, per cost, knowledge gradient, top-two, the next batch and its value."""
    arms, costs = arms_of(typed), np.array([one.cost for one in typed])
    if not 1 <= size <= MOST_BATCH or arms.k**2 * size > WORK * 10 or not left >= 0:
        raise ValueError(f"size must be from 1 to {MOST_BATCH}, fewer with many arms, and left at least 0.")
    gains, gradient, best = information(arms, target), knowledge_gradient(arms), chances_best(arms)
    places = next_block(arms, size, target, costs)
    chosen, shares = for_the_money(gains, costs, left=left), top_two(best.tolist())
    rows = zip(typed, best, gains, gradient, shares, places, strict=True)
    return {
        "target": target,
        "arms": [
            {
                "arm": one.name,
                "chance_best": float(chance),
                "information": float(gain),
                "information_per_cost": float(gain / one.cost),
                "knowledge_gradient": float(step),
                "top_two": float(share),
                "places": int(place),
            }
            for one, chance, gain, step, share, place in rows
        ],
        "next": None if chosen is None else typed[chosen.place].name,
        "cost_of_batch": float(np.array(places) @ costs),
        "worth_of_batch": value_of_batch(arms, list(places)),
        "methods": ["information-gain"],
    }


@dataclass(frozen=True, slots=True)
class Looks:
    """Answers to come, one row of numbers each. prior_sd: of every coefficient, around ``at``. noise: of answers."""

    rows: tuple[tuple[float, ...], ...]
    prior_sd: float = 1.0
    noise: float = 1.0
    at: float = 0.0

    def __post_init__(self) -> None:
        widths = {len(row) for row in self.rows}
        numbers = (*(each for row in self.rows for each in row), self.prior_sd, self.noise, self.at)
        if not self.rows or len(widths) != 1 or not min(widths) or len(self.rows) > MOST_LOOKS or min(widths) > 12:
            raise ValueError(f"looks must be 1 to {MOST_LOOKS} rows of as many numbers each (at most 12).")
        if not all(isfinite(each) and abs(each) <= 1e6 for each in numbers) or self.prior_sd <= 0 or self.noise <= 0:
            raise ValueError("looks are numbers of at most a million in size, prior-sd and noise above 0.")


def of_model(kind: str, looks: Looks, *, seed: int) -> dict[str, object]:
    """Of linear or logistic answers: in closed form or by Laplace; between two bounds; by a fitted posterior."""
    design = np.array(looks.rows, float)
    p = design.shape[1]
    prior, mean, rng = np.eye(p) * looks.prior_sd**2, np.full(p, looks.at), np.random.default_rng(seed)
    if kind == "linear":
        model: LinearAnswers | LogisticAnswers = LinearAnswers(design, mean, prior, looks.noise)
        known = {"exact": conjugate.linear(design, prior, looks.noise**2)}
    else:
        model = LogisticAnswers(design, mean, prior)
        known = {"laplace": conjugate.logistic(design, mean, prior)}
    nested, fitted = between(model, rng), lower_bound(model, rng)
    return {
        "model": kind,
        **known,
        "nested": {"low": nested.low, "high": nested.high, "error": nested.error, "is_close": nested.is_close},
        "variational": {"at_least": fitted.value, "error": fitted.error},
        "sentence": nested.sentence,
        "methods": ["information-gain"],
    }


def of_one_parameter(kind: str, n: int, prior: tuple[float, float], noise: float) -> dict[str, object]:
    """Of n answers, yes or no under Beta(prior), or numbers under Normal(·, prior[1]²): exact."""
    if not 1 <= n <= 1_000_000 or not all(isfinite(each) and 0 < each <= 1e9 for each in (*prior, noise)):
        raise ValueError("n must be from 1 to 1,000,000, prior and noise above 0 and at most 1e9.")
    is_yes_no = kind == "bernoulli"
    found = conjugate.several_yes_or_no(n, *prior) if is_yes_no else conjugate.of_a_mean(n, prior[1], noise)
    return {"model": kind, "n": n, "exact": found, "sentence": f"{n:,} answers teach {found:.4g} nats."}


@dataclass(frozen=True, slots=True)
class Person:
    """One participant of a psychometric study: stimuli on a line, answers so far, as (stimulus, was it a yes)."""

    stimuli: tuple[float, float, int] = (-3.0, 3.0, 25)
    slope: tuple[float, float] = (0.7, 7.0)
    guess: float = 0.0
    lapse: float = 0.02
    answers: tuple[tuple[float, bool], ...] = ()
    form: str = "logistic"

    def grid(self) -> Grid:
        """After its answers. ValueError for what cannot be."""
        low, high, count = self.stimuli
        ends = (low, high, *self.slope, self.guess, self.lapse, *(each for each, _ in self.answers))
        if not all(map(isfinite, ends)) or not low < high or not 2 <= count <= MOST_STIMULI // 10:
            raise ValueError(f"stimuli are LOW,HIGH,COUNT with low below high and 2 to {MOST_STIMULI // 10} of them.")
        if not 0 < self.slope[0] <= self.slope[1] or (self.form == "weibull" and low <= 0):
            raise ValueError("slopes are LOW,HIGH above 0; of a weibull form, stimuli are above 0 too.")
        slopes = np.geomspace(*self.slope, 7).tolist()
        found = Grid.over(
            np.linspace(low, high, count).tolist(),
            np.linspace(low, high, 41).tolist(),
            slopes,
            ((self.guess,), (self.lapse,)),
            self.form,
        )
        for stimulus, yes in self.answers:
            found = found.answered(int(np.abs(found.stimuli - stimulus).argmin()), yes)
        return found


def of_person(person: Person, *, block: int, costs: Array | None = None) -> dict[str, object]:
    """What is known of the threshold, the stimulus that teaches most, and a block whose answers come together."""
    grid = person.grid()
    places, joint = grid.block(block, costs)
    (threshold, doubt), gains = grid.moments(0), grid.information()
    chances = Guard().chances(grid, costs)
    best = int(gains.argmax()) if costs is None else int((gains / costs).argmax())
    return {
        "threshold": threshold,
        "doubt": doubt,
        "next": float(grid.stimuli[best]),
        "information": float(gains[best]),
        "chance": float(chances[best]),
        "block": [float(grid.stimuli[place]) for place in places],
        "block_information": joint,
        "sentence": (
            f"The threshold is {threshold:.3g} ± {doubt:.2g}. Next show {grid.stimuli[best]:.3g}, which teaches "
            f"{gains[best]:.3f} nats; a block of {block}: {', '.join(f'{grid.stimuli[x]:.3g}' for x in places)}."
        ),
    }
