"""What Optuna makes of the results. It is imported here alone, and only where settings are proposed."""

from __future__ import annotations

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import TPESampler
from optuna.study import StudyDirection
from optuna.trial import TrialState, create_trial

from analysis.learning.search.nodes import Open
from analysis.learning.search.points import Point, made_by
from analysis.learning.search.searches import Occasion, Trial
from analysis.learning.search.space import Space
from analysis.learning.seeds import library_seed

ALMOST_ONE = 1 - 2.0**-53


class Parzen:
    """A model of where good settings lie, for one proposal: learn what is known, then ask."""

    def __init__(self, space: Space, occasion: Occasion, *, multivariate: bool) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)  # else it tells of every study and every condition
        self._space = space
        self._multivariate = multivariate
        self._known = {place.key: _distribution(place) for place in space.opens}
        direction = StudyDirection.MAXIMIZE if occasion.maximises else StudyDirection.MINIMIZE
        self._study = optuna.create_study(direction=direction, sampler=self._sampler(0))

    def learn(self, point: Point, trial: Trial) -> None:
        """What became of a point; also that it is under way, or that it failed."""
        state = TrialState.COMPLETE if trial.value is not None else TrialState.FAIL
        made = create_trial(
            params=dict(point.choices),
            distributions={key: self._known[key] for key in point.choices},
            value=trial.value,
            state=state if trial.is_over else TrialState.RUNNING,
        )
        self._study.add_trial(made)

    def ask(self, seed: int) -> Point:
        """Where it is most promising, as far as a few candidates drawn from the seed tell."""
        self._study.sampler = self._sampler(library_seed(seed))
        asked = self._study.ask()
        point = made_by(self._space, lambda place: _suggested(asked, place, self._known[place.key]))
        self._study.tell(asked, state=TrialState.FAIL)  # another ask is not to keep away from it
        return point

    def _sampler(self, seed: int) -> TPESampler:
        return TPESampler(
            seed=seed,
            n_startup_trials=1,
            multivariate=self._multivariate,
            constant_liar=True,
        )


def _distribution(place: Open) -> BaseDistribution:
    """Numbers in their order have neighbours; other options are unlike each other."""
    if place.distribution is not None:
        return FloatDistribution(0.0, ALMOST_ONE)
    if _is_ordered(place.options):
        return IntDistribution(0, len(place.options) - 1)
    return CategoricalDistribution(range(len(place.options)))


def _is_ordered(options: tuple[object, ...]) -> bool:
    numbers = [one for one in options if isinstance(one, int | float) and not isinstance(one, bool)]
    return len(numbers) == len(options) and (sorted(numbers) in (numbers, numbers[::-1]))


def _suggested(asked: optuna.trial.Trial, place: Open, distribution: BaseDistribution) -> int | float:
    if isinstance(distribution, FloatDistribution):
        return asked.suggest_float(place.key, distribution.low, distribution.high)
    if isinstance(distribution, IntDistribution):
        return asked.suggest_int(place.key, distribution.low, distribution.high)
    options = list(range(len(place.options)))
    return int(asked.suggest_categorical(place.key, options))
