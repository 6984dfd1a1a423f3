"""The report before launch: the planned study played through, with no effect and with the one that is wanted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.planning.plan import assumed_of, study_of
from analysis.planning.planned import Planned
from analysis.planning.simulating import fixed
from analysis.planning.simulating.outcomes import Outcomes
from bandits.planning import playing
from bandits.planning.playing import Learner


@dataclass(frozen=True, slots=True)
class Report:
    """without: all arms alike. with_: one arm better, as planned. runs: of each so far."""

    without: Outcomes
    with_: Outcomes

    @classmethod
    def empty(cls) -> Report:
        """Before the first run."""
        return cls(Outcomes(), Outcomes())

    def __add__(self, other: Report) -> Report:
        """Of both pieces."""
        return Report(self.without + other.without, self.with_ + other.with_)

    @property
    def runs(self) -> int:
        """Of each scenario."""
        return int(self.without.runs)

    def rows(self) -> list[tuple[str, str, str]]:
        """What is asked, and the shares without and with an effect; an empty text where it makes no sense."""
        quiet, loud = self.without, self.with_
        return [
            ("Says that an arm differs", quiet.share("found").words, loud.share("found").words),
            ("Finds the better arm", "", loud.share("right").words),
            ("Points the wrong way", "", loud.share("wrong").words),
            ("Best estimate is the best arm's", "", loud.share("chosen").words),
            ("Its interval holds the truth", quiet.share("covered").words, loud.share("covered").words),
            ("A plain test at every look would say so", quiet.share("naive").words, loud.share("naive").words),
        ]

    def warnings(self, level: float) -> list[str]:
        """Sentences where what came of it is worse than the error allowed, chance aside."""
        said = []
        if self.without.share("found").low > level:
            said.append(
                "Without an effect it says too often that there is one: let more people in, or look less often."
            )
        if min(self.without.share("covered").high, self.with_.share("covered").high) < 1 - level:
            said.append(
                "Its interval misses the truth too often: too few people got some arm. Give the policy a floor (0.1, "
                "say), or let more people in."
            )
        return said

    def as_json(self) -> dict[str, object]:
        """Sums, and what they come to."""
        return {
            "runs": self.runs,
            "without_effect": _said(self.without),
            "with_effect": _said(self.with_),
            "sums": {"without": self.without.as_json(), "with": self.with_.as_json()},
        }


def _said(one: Outcomes) -> dict[str, object]:
    shares = {name: one.share(name) for name in ("found", "right", "wrong", "chosen", "covered", "naive")}
    people, cost = one.mean("people"), one.mean("cost")
    return {
        **{name: {"share": share.value, "low": share.low, "high": share.high} for name, share in shares.items()},
        "people": people[0],
        "cost": cost[0],
        "cost_error": cost[1],
    }


def play(planned: Planned, learner: Learner | None, *, runs: int, seed: int, piece: int = 0) -> Report:
    """So many runs of each scenario. seed, piece: the same give the same runs, other pieces other ones.

    learner: who allocates; None for fixed shares. ValueError, with a sentence, for what cannot be played.
    """
    assumed, study = assumed_of(planned.facts, planned.wanted), study_of(planned)
    found = []
    for place, world in enumerate((assumed.without_effect(), assumed)):
        rng = np.random.default_rng([seed, piece, place])
        if learner is None:
            found.append(fixed.play(world, study, runs=runs, rng=rng))
        else:
            found.append(playing.play(world, study, learner, runs=runs, rng=rng))
    return Report(*found)
