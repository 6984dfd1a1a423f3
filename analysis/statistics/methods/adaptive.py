"""Methods: valid though a bandit allocated."""

from __future__ import annotations

from typing import Final

from analysis.statistics.methods.door import Door, Setting
from analysis.statistics.methods.method import Method
from analysis.statistics.methods.settings import ENDS, LEVEL, RELATIVE
from analysis.statistics.methods.shapes_of_questions import ALL_CHANCES, DECISIONS

METHODS: Final[tuple[Method, ...]] = (
    Method(
        "adaptive-betting",
        "Difference under a bandit, at every look (betting, with AIPW's value)",
        "Exact at every look whatever the bandit did, as long as the arms' own means stay where they are: bets on "
        "an arm's rewards are fair whoever decides whose turn it is. The value is weighted by the stored chances, "
        "since the plain difference is biased.",
        "interval as betting-sequence;  value: mean of the AIPW terms",
        "Waudby-Smith and Ramdas (2024), JRSS B 86; Hadad and others (2021), PNAS 118.",
        "Rewards between two declared ends, and the chance of each choice.",
        Door((DECISIONS,), (*ENDS, LEVEL, RELATIVE), example={"low": 0.0, "high": 1.0}),
    ),
    Method(
        "aipw-betting-sequence",
        "Difference under a bandit, at every look (AIPW, betting)",
        "Exact at every look, also where the arms' means drift: then of their mean so far. Needs a least chance "
        "that each arm ever has.",
        "Dt = GT − GC, G = m + 1{chosen} (R − m)/e, between −1/floor and 1/floor in units of the range;  bets on "
        "their mean as betting-sequence",
        "Waudby-Smith, Wu, Ramdas, Karampatziakis and Mineiro (2024), ACM/IMS Journal of Data Science 1.",
        "The chance of each choice, declared ends, and a floor.",
        Door(
            (DECISIONS,),
            (
                *ENDS,
                Setting(
                    "floor",
                    "The least chance that each of both arms ever has",
                    low=0,
                    high=0.5,
                    is_open=False,
                    example=0.4,
                ),
                LEVEL,
            ),
            example={"low": 0.0, "high": 1.0, "floor": 0.4},
        ),
    ),
    Method(
        "aipw-asymptotic-sequence",
        "Difference under a bandit, at every look (AIPW, asymptotic)",
        "Nearly right at every look: nothing is claimed before each arm was chosen a hundred times, since with "
        "thirty it erred up to 13 % at level 5 %.",
        "asymptotic-sequence of the AIPW terms;  relative: as Fieller, with both arms' terms",
        "Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Annals of Statistics 52; Hadad and others (2021), "
        "PNAS 118.",
        "The chance of each choice.",
        Door((DECISIONS,), (LEVEL, RELATIVE)),
    ),
    Method(
        "ipw",
        "Weighted by inverse chances (IPW), one look",
        "Right on average whatever the bandit did; wide. The interval is that of the asymptotic sequence tuned to "
        "this n: the normal one missed up to 12 % at level 5 % under Thompson sampling.",
        "mean of 1{chosen} R/e ± √(2 (T + 1)/T log(√(T + 1)/level)) · standard error, T = −2 log level + log(1 − 2 "
        "log level)",
        "Horvitz and Thompson (1952), Journal of the American Statistical Association 47.",
        "The chance of each choice; each arm chosen thirty times.",
        Door((DECISIONS,), (LEVEL,)),
    ),
    Method(
        "aipw",
        "Augmented inverse chances (AIPW), one look",
        "As inverse chances alone, with the arm's mean so far as a guess, and much narrower.",
        "G = m before + 1{chosen} (R − m before)/e;  mean of G, interval as ipw",
        "Robins, Rotnitzky and Zhao (1994), Journal of the American Statistical Association 89.",
        "The chance of each choice; each arm chosen thirty times.",
        Door((DECISIONS,), (LEVEL,)),
    ),
    Method(
        "aipw-weighted",
        "Adaptively weighted AIPW, constant allocation, one look",
        "As AIPW, decisions weighted by the root of the chance, so that starved stretches do not rule.",
        "Σ h G/Σ h, variance Σ h² (G − value)²/(Σ h)², h = √e (a difference: e harmonic of both)",
        "Hadad, Hirshberg, Zhan, Wager and Athey (2021), PNAS 118.",
        "The chances of all arms in each decision; each arm chosen thirty times.",
        Door((ALL_CHANCES,), (LEVEL,)),
    ),
    Method(
        "aipw-two-point",
        "Adaptively weighted AIPW, two-point allocation, one look",
        "As AIPW, for bandits that let an arm die out: weights break a stick by how likely the arm stays or dies.",
        "h² = e λ Π (1 − λ before);  λ = e/(T − t + 1) + (1 − e) t^−α/Σ s^−α, α = 0.7",
        "Hadad, Hirshberg, Zhan, Wager and Athey (2021), PNAS 118, section 2.5.",
        "The chances of all arms in each decision; each arm chosen thirty times.",
        Door((ALL_CHANCES,), (LEVEL,)),
    ),
    Method(
        "plain-means",
        "Plain means under a bandit (shown with its warning only)",
        "Biased, and its interval promises nothing: arms that were unlucky at first were asked less, so their means "
        "stay too low.",
        "difference of the arms' means, Welch's interval",
        "Nie, Tian, Taylor and Zou (2018), Why adaptively collected data have negative bias, AISTATS.",
        "Two rewards in each arm.",
        Door((DECISIONS,), (LEVEL,)),
    ),
)
