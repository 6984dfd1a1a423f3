"""Answer a question about the log."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from math import isfinite

from analysis.statistics.betting import Tally, lower_mean
from analysis.statistics.off_policy import Estimate, Evaluation, NoSupport, Sums, Terms, conclude
from bandits.errors import NothingLogged, Unsupported
from bandits.evaluation.answer import Answer, Segment
from bandits.evaluation.logging_chances import LoggingChances
from bandits.evaluation.question import FROZEN, REPLAY, Described, LeftOut, Question
from bandits.evaluation.reading import Source, Summary
from bandits.evaluation.rejection import Accepted
from bandits.evaluation.targets import Learner, StoredState, Target, target_of
from bandits.evaluation.walking import Setting, Walk
from bandits.learning import Learning, learning_of
from bandits.services.states import require_learning
from experiments.errors import BadValue
from experiments.models import Arm, Experiment

LEARNT_FIRST = 1 / 3
ENOUGH = 0.05  # a share of decisions without reward that is worth a word


def answer(experiment: Experiment, question: Question, *, now: datetime, most: int | None = None) -> Answer:
    """What the policy would have earned on the experiment's log. Reads only.

    BadValue, Unknown: no such policy or arm. Conflict: the experiment does not learn. NothingLogged: no decision
    counts. Unsupported: the log says nothing about what the policy would do.
    """
    started = time.monotonic()
    version_id = require_learning(experiment)
    target, described = target_of(experiment, question)
    if described.learning:
        question = replace(question, learning=described.learning)
    learning = learning_of(version_id)
    source = Source(experiment, question, learning.default if question.missing is None else question.missing, now)
    summary = _usable(source, most)
    setting = _setting(_with_past(source, target), summary, learning, version_id)
    walk = Walk(setting, target, source.segments())
    walk.go()
    if not walk.sums:
        raise NothingLogged("Every decision of this window was made under the kill switch, or for another reward.")
    found = _concluded(walk, setting, target, described)
    return replace(found, reward=learning.goal.title, seconds=time.monotonic() - started)


def _usable(source: Source, most: int | None) -> Summary:
    summary = source.summary()
    if not summary.usable:
        raise _nothing(summary)
    if most is not None and summary.usable > most:
        raise BadValue(
            f"{summary.usable:,} decisions are too many to be answered while you wait.",
            hint="Choose a shorter window, or ask manage.py evaluate_policy, which takes its time.",
        )
    return summary


def _concluded(walk: Walk, setting: Setting, target: Target, described: Described) -> Answer:
    """From what was added up to what it says; the reward's name and the time it took are still to be said."""
    summary, question = setting.summary, setting.source.question
    left_out = LeftOut(summary.open, summary.excluded, unrewarded=summary.unrewarded, **walk.left_out)
    is_replay = question.learning == REPLAY and target.learns
    return Answer(
        question=question,
        described=described,
        reward="",
        low=setting.terms.low,
        high=setting.terms.high,
        arms=tuple(setting.arms.values()),
        begins=question.since or summary.begins,
        ends=question.until or summary.ends,
        left_out=left_out,
        whole=_whole(walk, setting, question),
        replay=_replay(walk.accepted, setting.terms, question) if is_replay else None,
        replayed=walk.accepted.n,
        segments=_segments(walk.sums, setting, question) if question.by else (),
        notes=_notes(question, target, setting, left_out),
        seconds=0.0,
    )


def _nothing(summary: Summary) -> NothingLogged:
    if summary.open:
        return NothingLogged(
            f"No decision counts yet: {summary.open} may still be rewarded.",
            hint="Wait until their windows have closed, or count early those that have their reward.",
        )
    if summary.unrewarded:
        return NothingLogged(
            f"None of {summary.unrewarded} decisions was rewarded.", hint="Say what a missing reward counts."
        )
    return NothingLogged("There are no decisions in this window.", hint="Choose a longer one.")


def _with_past(source: Source, target: Target) -> Source:
    """With what the policy learns from before the first decision that counts: what came before the window.

    A frozen one without a window learns from the first third of the log, which then does not count.
    """
    question = source.question
    if not target.learns or question.learning == REPLAY:
        return source
    if question.since is not None:
        return replace(source, warm=True)
    return replace(source, split=source.split_at(LEARNT_FIRST)) if question.learning == FROZEN else source


def _setting(source: Source, summary: Summary, learning: Learning, version_id: int) -> Setting:
    arms = dict(Arm.objects.filter(experiment=source.experiment).order_by("pk").values_list("pk", "name"))
    low, high = learning.bounds
    is_bounded = isfinite(low) and isfinite(high)
    return Setting(
        source=source,
        summary=summary,
        chances=LoggingChances(source, summary, list(arms.values())),
        terms=Terms(low if is_bounded else None, high if is_bounded else None, clip=source.question.clip),
        arms=arms,
        version_id=version_id,
        seed=learning.seed,
    )


def _whole(walk: Walk, setting: Setting, question: Question) -> Evaluation:
    sums = Sums.together([one for part in walk.sums.values() for one in part])
    try:
        return conclude(sums, setting.terms, level=question.level, tolerance=question.unsupported)
    except NoSupport as error:
        names = list(setting.arms.values())
        arms = ", ".join(f"“{names[arm]}”" for arm in error.arms)
        raise Unsupported(
            f"In {error.share:.1%} of its plays this policy would choose {arms} where the running policy never could.",
            hint="Give the running policy a floor, choose a window in which it had one, or tolerate that share: the "
            "bounds then count it as the worst and the best reward.",
        ) from error


def _segments(sums: Mapping[str, list[Sums]], setting: Setting, question: Question) -> tuple[Segment, ...]:
    """Largest first."""
    found = []
    for name, part in sums.items():
        one = Sums.together(part)
        try:
            evaluation = conclude(one, setting.terms, level=question.level, tolerance=question.unsupported)
            found.append(Segment(name, int(one.n), evaluation))
        except NoSupport as error:
            found.append(Segment(name, int(one.n), None, f"The log cannot say: {error.share:.1%} of the plays."))
    return tuple(sorted(found, key=lambda segment: (-segment.decisions, segment.name)))


def _replay(accepted: Accepted, terms: Terms, question: Question) -> Estimate | None:
    """The mean reward of the decisions that it would have made itself."""
    if not accepted.n:
        return None
    values, counts = list(accepted.values), list(accepted.values.values())
    mean = sum(value * n for value, n in accepted.values.items()) / accepted.n
    if not terms.is_bounded:
        return Estimate(mean, None, None, "none")
    low, high = (
        lower_mean(Tally.of([max(sign * (value - base) / terms.width, 0.0) for value in values], counts), delta=delta)
        for sign, base, delta in (
            (1, terms.base, question.level / 2),
            (-1, terms.base + terms.width, question.level / 2),
        )
    )
    return Estimate(mean, terms.base + terms.width * low, terms.base + terms.width * (1 - high), "finite_sample")


def _notes(question: Question, target: Target, setting: Setting, left_out: LeftOut) -> tuple[str, ...]:
    """What the reader should know of how it was found out."""
    found = (*_notes_on_the_log(question, setting, left_out), *_notes_on_the_policy(question, target, setting))
    return tuple(text for applies, text in found if applies)


def _notes_on_the_log(question: Question, setting: Setting, left_out: LeftOut) -> tuple[tuple[bool, str], ...]:
    """(whether it applies, what to say)."""
    summary, chances = setting.summary, setting.chances
    share = left_out.unrewarded / (left_out.unrewarded + summary.usable)
    return (
        (
            share > ENOUGH,
            f"{share:.0%} of the decisions have no reward and are left out: if that hangs on the arm, every figure is "
            "wrong. Declare a default reward, or say what a missing one counts.",
        ),
        (question.early and left_out.open > 0, "Decisions still open are counted if their reward came early."),
        (
            not chances.is_known,
            "The states of this log are too many to look up and its policy has no floor: the doubly robust interval is "
            "approximate, and nobody checked whether every arm could be played.",
        ),
        (
            chances.has_quotas,
            "Arms have quotas. Which of them were full is not in the record: estimates see those decisions as if a "
            "full arm could have been drawn, so what a policy does with it is judged wrongly once it was full.",
        ),
    )


def _notes_on_the_policy(question: Question, target: Target, setting: Setting) -> tuple[tuple[bool, str], ...]:
    begins = question.since or setting.summary.begins
    return (
        (
            isinstance(target, StoredState) and begins is not None and begins < target.held.read_at,
            "This state has learnt from some of the very decisions that it is judged by, so it looks better than it "
            "is: begin after it was made.",
        ),
        (
            question.learning != REPLAY and isinstance(target, Learner) and target.explores_by_counts,
            "This policy explores by counting pulls. Taught the log's pulls instead of its own, it may turn to arms "
            "that the log avoided and stay there: its shares here are not what it would have done by itself. Ask "
            "again with learning by replay.",
        ),
        (
            question.learning == REPLAY and target.learns and not setting.chances.least,
            "The log's policy has no floor, so replay keeps more decisions where both policies agree than where they "
            "do not: “Replay” leans towards what was earned, and the other estimates towards where they disagree.",
        ),
        (
            setting.source.split > 0,
            "It has learnt from the first third of the log, which does not count; say `since` to choose another part.",
        ),
    )
