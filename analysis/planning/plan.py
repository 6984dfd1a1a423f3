"""One experiment's plan, made from what is known of it and what is wanted."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor, inf

from analysis.planning.allocating import Allocation, contrasts_to_control, neyman
from analysis.planning.money import Prices
from analysis.planning.planned import Bought, Planned
from analysis.planning.power import Design
from analysis.planning.power.answering import Answer, Asked, answer
from analysis.planning.power.assurance import Belief
from analysis.planning.power.events import Rates
from analysis.planning.power.looking import Looked, by_bets
from analysis.planning.power.means import PairedMeans, TwoMeans
from analysis.planning.power.proportions import TwoProportions
from analysis.planning.power.watching import Watch
from analysis.planning.simulating.assumed import Assumed
from analysis.planning.simulating.stopping import Betting
from analysis.planning.simulating.study import Study
from analysis.planning.wanted import Facts, Wanted
from analysis.statistics.words import NoAnswer


def plan(facts: Facts, wanted: Wanted) -> Planned:
    """The plan. NoAnswer where there is none, with a sentence; ValueError for what cannot be."""
    if len(facts.arms) < 2:
        raise NoAnswer(
            "A plan compares arms, and this experiment has fewer than two: give it a factor with two levels."
        )
    if wanted.effect <= 0:
        raise NoAnswer("Say how large an effect is worth finding: without one, no number of people is enough.")
    design, scale = design_of(facts, wanted), per_control(facts)
    found = answer(design, _asked(facts, wanted, scale))
    values = wanted.people or ceil(found.n * scale - 1e-9)
    prices = prices_of(wanted)
    bought = _bought(facts, wanted, prices, scale) if wanted.budget else None
    return Planned(
        facts,
        wanted,
        found,
        values,
        prices.bill(values),
        bought,
        best_shares(facts, wanted, values),
        tuple((ceil(n * scale), power) for n, power in found.curve),
        tuple(_remarks(facts, wanted, found)),
    )


def per_control(facts: Facts) -> float:
    """People for one under control; 1 where everybody is under every arm."""
    return 1.0 if facts.within else sum(facts.weights) / facts.weights[facts.control]


def signed(facts: Facts, wanted: Wanted) -> float:
    """The effect the way that is better."""
    return facts.sign * wanted.effect


def assumed_of(facts: Facts, wanted: Wanted) -> Assumed:
    """One arm is better by the effect, the last one that is not the control; the others are like the control."""
    last = max(place for place in range(len(facts.arms)) if place != facts.control)
    effects = tuple(signed(facts, wanted) if place == last else 0.0 for place in range(len(facts.arms)))
    return Assumed(
        facts.arms,
        facts.kind,
        wanted.mean,
        effects,
        sd=wanted.sd,
        control=facts.control,
        direction=facts.direction if facts.direction in ("up", "down") else "up",
        low=facts.low,
        high=facts.high,
        trials=wanted.trials,
        icc=wanted.icc,
        drop_out=wanted.drop_out,
        within=facts.within,
        correlation=wanted.correlation,
    )


def study_of(planned: Planned) -> Study:
    """The study as it would run: everybody let in, watched as wanted."""
    facts, wanted, k = planned.facts, planned.wanted, len(planned.facts.arms)
    one = prices_of(wanted).of_a_value * (1 - wanted.drop_out)
    return Study(
        max(planned.bill.people, 2 * k),
        facts.weights,
        (one,) * k,
        fixed_cost=wanted.fixed,
        level=wanted.level,
        watch=watch_of(wanted),
        sharing=facts.sharing,
        by_bets=facts.by_bets,
    )


def design_of(facts: Facts, wanted: Wanted) -> Design:
    """The test of one arm against the control. Several questions share the level evenly (Bonferroni)."""
    level, ratio = wanted.level / facts.sharing, _ratio(facts)
    assumed = assumed_of(facts, wanted)
    control, treated = assumed.unit_sd(wanted.mean), assumed.unit_sd(wanted.mean + signed(facts, wanted))
    if facts.within:
        return PairedMeans(level=level, sd=max(control, 1e-9), correlation=wanted.correlation)
    if facts.kind == "yes_no" and wanted.trials == 1:
        planned = watch_of(wanted).is_watched and not watch_of(wanted).is_open
        method = "unpooled" if planned else "pooled"  # as results test at planned looks, and at one
        return TwoProportions(level=level, base=wanted.mean, ratio=ratio, method=method)
    if facts.kind == "count" and wanted.trials == 1 and ratio == 1:
        return Rates(level=level, rate=max(wanted.mean, 1e-9))
    return TwoMeans(level=level, sd=max(control, 1e-9), sd_treatment=max(treated, 1e-9), ratio=ratio)


def effect_of(facts: Facts, wanted: Wanted, design: Design) -> float:
    """The effect as the design has it: of rates, relative."""
    return signed(facts, wanted) / wanted.mean if isinstance(design, Rates) else signed(facts, wanted)


def looked_of(facts: Facts, wanted: Wanted) -> Looked | None:
    """By which bets results look at any time; None where they look otherwise."""
    assumed = assumed_of(facts, wanted)
    if wanted.watch != "anytime" or not facts.by_bets or not assumed.has_ends:
        return None
    arm = next(place for place, effect in enumerate(assumed.effects) if effect)
    return by_bets(Betting(assumed, arm, wanted.level / facts.sharing, 1.0 if facts.within else _ratio(facts)))


def watch_of(wanted: Wanted) -> Watch:
    """How it is watched."""
    return Watch(wanted.watch, wanted.looks)


def prices_of(wanted: Wanted) -> Prices:
    """Of what is wanted."""
    return Prices(
        reward=wanted.reward,
        bonus=wanted.bonus,
        fee=wanted.fee,
        fixed=wanted.fixed,
        partial=wanted.partial_pay,
        drop_out=wanted.drop_out,
        a_day=wanted.a_day,
        minutes=wanted.minutes,
    )


def best_shares(facts: Facts, wanted: Wanted, values: int) -> Allocation | None:
    """For the comparisons with the control; None where everybody is under every arm, or with too few people."""
    k = len(facts.arms)
    if facts.within or values < k:
        return None
    assumed = assumed_of(facts, wanted)
    sds = [max(assumed.unit_sd(mean), 1e-9) for mean in assumed.means]
    return neyman(sds, contrasts=contrasts_to_control(k, facts.control), budget=float(values))


def _ratio(facts: Facts) -> float:
    least = min(weight for place, weight in enumerate(facts.weights) if place != facts.control)
    return least / facts.weights[facts.control]


def _asked(facts: Facts, wanted: Wanted, scale: float) -> Asked:
    design = design_of(facts, wanted)
    effect = effect_of(facts, wanted, design)
    unit = wanted.mean if isinstance(design, Rates) else 1.0
    belief = Belief(effect, wanted.believed_sd / abs(unit)) if wanted.believed_sd else None
    n = floor(wanted.people / scale + 1e-9) if wanted.people else None
    power = None if n else wanted.power
    return Asked(
        effect=effect,
        n=n,
        power=power,
        drop_out=wanted.drop_out,
        watch=watch_of(wanted),
        belief=belief,
        looked=looked_of(facts, wanted),
    )


def _bought(facts: Facts, wanted: Wanted, prices: Prices, scale: float) -> Bought | None:
    affordable = prices.affordable(wanted.budget)
    if affordable == inf:
        return None
    design = design_of(facts, wanted)
    values = int(affordable)
    n = floor(values / scale)
    if n < 2:
        return Bought(values, 0.0, None)
    effect, watch, looked = effect_of(facts, wanted, design), watch_of(wanted), looked_of(facts, wanted)
    power = answer(design, Asked(effect=effect, n=n, power=None, watch=watch, looked=looked)).power
    try:
        down = effect < 0
        smallest = answer(design, Asked(n=n, power=wanted.power, watch=watch, down=down, looked=looked)).effect
    except NoAnswer:
        return Bought(values, power, None)
    return Bought(values, power, abs(smallest * (wanted.mean if isinstance(design, Rates) else 1.0)))


def _remarks(facts: Facts, wanted: Wanted, found: Answer) -> list[str]:
    said = [*facts.noticed, *(one for one in found.remarks if not one.startswith("Let "))]
    if facts.sharing > 1:
        said.append(_shared(facts, wanted))
    if facts.learns:
        said.append(
            f"{facts.learns} shifts people while it learns: the figures are those of fixed shares, and the simulation "
            "below plays the policy itself."
        )
    if wanted.watch == "anytime":
        said.append(_looked_at(facts, wanted))
    if not facts.measured and (wanted.mean, wanted.sd) == (facts.mean, facts.sd):
        said.append("Mean and spread are guesses: rehearse, or type what earlier studies say.")
    return said


def _shared(facts: Facts, wanted: Wanted) -> str:
    each = f"evenly: {100 * wanted.level / facts.sharing:.3g} % each."
    if facts.asked > facts.comparisons:
        return f"The analysis plan asks {facts.asked} questions that share the error allowed; here they do so {each}"
    named = f"{facts.comparisons} arms are compared with “{facts.arms[facts.control]}”"
    return f"{named} and share the error allowed {each}"


def _looked_at(facts: Facts, wanted: Wanted) -> str:
    if looked_of(facts, wanted) is not None:
        return (
            "Values have two declared ends, so results look at them by exact bets; so does this plan, in 2,000 studies "
            "played through: its chances are right to two points of a hundred."
        )
    return "Results look at this measure by the asymptotic sequence, which says nothing before 30 people in an arm."


def with_people(wanted: Wanted, people: int) -> Wanted:
    """The same with so many people."""
    return replace(wanted, people=people)
