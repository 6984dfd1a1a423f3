"""What another policy would have earned: the estimates are the field's, unbiased, and their intervals hold."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.statistics.off_policy import Evaluation, Log, NoSupport, Sums, Terms, conclude, evaluate, measure
from analysis.statistics.reward_models import ArmMeans
from tests.analysis.adaptive_logs import thompson_runs
from tests.proof import PROOF

YES_NO = Terms(low=0, high=1)
OBP = {"direct": 0.42, "doubly_robust": 0.454375, "sndr": 0.4491005291005291, "snips": 0.44973544973544977}  # obp's own
LOGGED = [0.54, 0.57, 0.21, 0.37, 0.39, 0.23, 0.2, 0.53, 0.59, 0.51, 0.33, 0.48]
ARMS = [1, 2, 2, 0, 0, 1, 2, 2, 1, 2, 2, 2]
REWARDS = [1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0]


def test_the_estimates_are_their_textbook_formulas() -> None:
    rng = np.random.default_rng(5)
    target, expected = rng.dirichlet([1, 1, 1], 12), rng.random((12, 3))
    log = Log.of(ARMS, REWARDS, LOGGED).with_predictions(expected)

    found = evaluate(log, target, terms=Terms(low=0, high=1, clip=2))

    rows = np.arange(12)
    w, r, q = target[rows, ARMS] / LOGGED, np.array(REWARDS), expected[rows, ARMS]
    v = (target * expected).sum(axis=1)
    assert found.ips.estimate == pytest.approx((w * r).mean())
    assert found.clipped_ips.estimate == pytest.approx((np.minimum(w, 2) * r).mean())
    assert found.self_normalised.estimate == pytest.approx((w * r).sum() / w.sum())
    assert found.direct.estimate == pytest.approx(v.mean())
    assert found.doubly_robust is not None
    assert found.doubly_robust.estimate == pytest.approx((v + w * (r - q)).mean())
    assert found.self_normalised_robust is not None
    assert found.self_normalised_robust.estimate == pytest.approx(v.mean() + (w * (r - q)).sum() / w.sum())
    assert found.gain_ips.estimate == pytest.approx((w * r - r).mean())
    assert found.effective_sample_size == pytest.approx(w.sum() ** 2 / (w**2).sum())
    assert found.largest_weight == pytest.approx(w.max())
    assert found.share_clipped == pytest.approx((w > 2).mean())


def test_a_logged_policy_evaluated_on_its_own_log_earns_what_was_earned() -> None:
    log = Log.of([0, 1] * 50, [1.0, 0.0] * 50, [0.5] * 100, tables=[[0.5, 0.5]] * 100)

    found = evaluate(log, [0.5, 0.5], terms=YES_NO)

    assert found.ips.estimate == found.logged.estimate == pytest.approx(0.5)
    assert found.gain_ips.estimate == pytest.approx(0)
    assert found.effective_sample_size == 100


def test_rewards_of_any_range_give_the_same_in_their_own_units() -> None:
    rng = np.random.default_rng(6)
    arms, rewards = rng.integers(0, 2, 400), rng.random(400)
    plain = evaluate(Log.of(arms, rewards, [0.5] * 400), [0.8, 0.2], terms=YES_NO)

    other = evaluate(Log.of(arms, 30 * rewards - 10, [0.5] * 400), [0.8, 0.2], terms=Terms(low=-10, high=20))

    for name, one in other.estimators.items():
        same = plain.estimators[name]
        assert one.estimate == pytest.approx(30 * same.estimate - 10)
        assert (one.lower, one.upper) == pytest.approx(_moved(same.lower, same.upper))
    assert other.gain.estimate == pytest.approx(30 * plain.gain.estimate)


def _moved(*ends: float | None) -> tuple[float | None, ...]:
    return tuple(None if end is None else 30 * end - 10 for end in ends)


def test_chunks_and_gathered_rows_say_what_the_whole_log_says() -> None:
    rng = np.random.default_rng(7)
    runs = thompson_runs((0.6, 0.4), runs=1, n=400, rng=rng)
    log, target = ArmMeans.start(2, 0.5).along(runs.log(0))[0], [0.2, 0.8]
    whole = evaluate(log, target, terms=YES_NO)

    chunks = [log.at(np.arange(at, min(at + 150, 400))) for at in (150, 0, 300)]
    in_chunks = evaluate([(part, target) for part in chunks], terms=YES_NO)

    _same(whole, in_chunks)


def _same(one: Evaluation, other: Evaluation) -> None:
    for name, estimate in one.estimators.items():
        same = other.estimators[name]
        assert (estimate.estimate, estimate.lower, estimate.upper) == pytest.approx(
            (same.estimate, same.lower, same.upper)
        ), name


def test_a_gathered_log_is_the_same_log() -> None:
    arms, rewards = [0] * 30 + [1] * 20 + [0] * 25 + [1] * 25, [1.0] * 30 + [0.0] * 20 + [0.0] * 25 + [1.0] * 25
    single = replace(Log.of(arms, rewards, [0.5] * 100, tables=[[0.5] * 2] * 100), blocks=np.repeat([0, 1], 50))
    gathered = replace(
        Log.of([0, 1, 0, 1], [1.0, 0.0, 0.0, 1.0], [0.5] * 4, tables=[[0.5] * 2] * 4),
        counts=np.array([30.0, 20.0, 25.0, 25.0]),
        blocks=np.array([0, 0, 1, 1]),
    )

    _same(evaluate(single, [0.9, 0.1], terms=YES_NO), evaluate(gathered, [0.9, 0.1], terms=YES_NO))


def test_a_block_is_not_predicted_from_itself() -> None:
    log = replace(Log.of([0, 0, 0], [1.0, 1.0, 0.0], [1.0] * 3), blocks=np.array([0, 0, 1]))

    predicted = ArmMeans.start(1, 0.5).along(log)[0].predictions

    assert predicted is not None
    assert predicted[:, 0].tolist() == pytest.approx([0.5, 0.5, 2.5 / 3])


def test_a_target_that_the_log_cannot_speak_of_is_refused_with_its_share() -> None:
    certain = Log.of([0] * 100, [1.0] * 100, [1.0] * 100, tables=[[1.0, 0.0]] * 100)

    with pytest.raises(NoSupport, match=r"30\.0%") as refused:
        evaluate(certain, [0.7, 0.3], terms=YES_NO)

    assert refused.value.arms == (1,)


def test_an_arm_that_was_never_played_is_no_support_when_nobody_knows_its_chance() -> None:
    with pytest.raises(NoSupport):
        evaluate(Log.of([0] * 100, [1.0] * 100, [1.0] * 100), [0.5, 0.5], terms=YES_NO)


def test_where_missing_support_is_tolerated_the_bounds_hold_for_the_worst_and_the_best_that_it_may_hide() -> None:
    rng = np.random.default_rng(8)
    tables = np.where(np.arange(4000)[:, None] % 20 == 0, [1.0, 0.0], [0.5, 0.5])
    arms = (rng.random(4000) > tables[:, 0]).astype(int)
    rewards = (rng.random(4000) < np.where(arms == 1, 0.9, 0.1)).astype(float)
    log = Log.of(arms, rewards, tables[np.arange(4000), arms], tables=tables)

    found = evaluate(log, [0.0, 1.0], terms=YES_NO, tolerance=0.1)

    assert found.missing == pytest.approx(0.05)
    assert found.ips.lower is not None
    assert found.ips.upper is not None
    assert found.ips.lower < 0.95 * 0.9 < 0.95 * 0.9 + 0.05 < found.ips.upper


def test_rewards_without_a_known_range_get_an_approximate_interval_and_a_warning() -> None:
    rng = np.random.default_rng(9)
    arms = rng.integers(0, 2, 2000)

    found = evaluate(Log.of(arms, rng.normal(3, 1, 2000) + arms, [0.5] * 2000), [0, 1])

    assert found.ips.kind == "asymptotic"
    assert found.ips.lower is not None
    assert found.ips.upper is not None
    assert found.ips.lower < 4 < found.ips.upper
    assert "no known range" in found.warnings[0]


def test_a_log_worth_few_decisions_of_the_target_says_so() -> None:
    found = evaluate(Log.of([0] * 99 + [1], [1.0] * 100, [0.99] * 99 + [0.01]), [0, 1], terms=YES_NO)

    assert found.effective_sample_size == 1
    assert any("worth 1 decisions" in text for text in found.warnings)


@pytest.mark.parametrize(
    ("log", "target", "says"),
    [
        (lambda: Log.of([], [], []), [1.0], "at least 1"),
        (lambda: Log.of([0], [1.0], [0.0]), [1.0], "propensities"),
        (lambda: Log.of([0], [float("nan")], [1.0]), [1.0], "finite"),
        (lambda: Log.of([1], [1.0], [1.0]), [1.0], "a chance for each arm"),
        (lambda: Log.of([0], [1.0], [1.0]), [0.5], "sum to 1"),
        (lambda: Log.of([0], [2.0], [1.0]), [1.0], "from low to high"),
    ],
)
def test_what_is_no_log_is_refused(log, target, says) -> None:  # type: ignore[no-untyped-def]  # lambdas
    with pytest.raises(ValueError, match=says):
        evaluate(log(), target, terms=YES_NO)


def test_sums_of_a_log_are_added_in_any_order() -> None:
    rng = np.random.default_rng(10)
    logs = [Log.of(rng.integers(0, 2, 50), rng.random(50), [0.5] * 50) for _ in range(3)]
    sums = [measure(log, [0.3, 0.7], YES_NO) for log in logs]

    one, other = (conclude(Sums.together(order), YES_NO) for order in (sums, sums[::-1]))

    assert one.ips.lower == pytest.approx(other.ips.lower, rel=1e-7)


def test_doubly_robust_is_unbiased_where_the_sample_mean_of_a_learning_policy_is_not() -> None:
    """The notes' section 5: rates .5 and .4, 1,000 decisions, a floor of 5 %: the worse arm's mean is too low."""
    runs = thompson_runs((0.5, 0.4), runs=400, n=400, rng=np.random.default_rng(11))
    robust, naive = [], []
    for run in range(400):
        found = evaluate(runs.log(run), [0.0, 1.0])
        assert found.doubly_robust is not None
        robust.append(found.doubly_robust.estimate - 0.4)
        naive.append(found.direct.estimate - 0.4)

    assert abs(np.mean(robust)) < 3 * np.std(robust) / 20
    assert np.mean(naive) < -3 * np.std(naive) / 20


def coverage(runs: int, n: int, seed: int) -> dict[str, float]:
    """How often each interval holds the truth, over three targets, after a policy that learnt."""
    logs = thompson_runs((0.5, 0.4), runs=runs, n=n, rng=np.random.default_rng(seed))
    held: dict[str, list[bool]] = {}
    for target in ([1.0, 0.0], [0.0, 1.0], [0.3, 0.7]):
        truth = float(np.dot(target, logs.means))
        for run in range(runs):
            found = evaluate(logs.log(run), target, terms=YES_NO)
            gains = {"gain": found.gain, "gain_ips": found.gain_ips}
            for name, one in {**found.estimators, **gains}.items():
                value = truth - logs.earned(run) if name in gains else truth
                if one.lower is not None and one.upper is not None:
                    held.setdefault(name, []).append(one.lower <= value <= one.upper)
    return {name: float(np.mean(times)) for name, times in held.items()}


def test_the_intervals_hold_after_a_policy_that_learnt() -> None:
    assert min(coverage(30, 300, 12).values()) >= 0.95


@pytest.mark.slow
def test_the_intervals_hold_over_thousands_of_logs() -> None:
    assert min(coverage(1000 if PROOF else 300, 1000, 13).values()) >= 0.95


def test_chances_that_were_rounded_on_paper_are_taken() -> None:
    target = np.array([[0.259, 0.253, 0.488], [0.531, 0.419, 0.051], [0.257, 0.634, 0.108], [0.592, 0.388, 0.02]])
    log = Log.of([1, 2, 2, 0], [1.0, 0.0, 1.0, 1.0], [0.54, 0.57, 0.21, 0.37])

    found = evaluate(log, target, terms=YES_NO)

    assert found.ips.estimate == pytest.approx((0.253 / 0.54 + 0.108 / 0.21 + 0.592 / 0.37) / 4)


def test_the_estimates_of_the_open_bandit_pipeline() -> None:
    """obp 0.5.7 on the same four rounds and predictions: DoublyRobust, SelfNormalizedDoublyRobust, DirectMethod."""
    target = np.array([[0.5, 0.5], [0.2, 0.8], [0.9, 0.1], [0.4, 0.6]])
    expected = np.array([[0.3, 0.6], [0.4, 0.5], [0.2, 0.7], [0.5, 0.5]])
    log = Log.of([0, 1, 1, 0], [1.0, 0.0, 1.0, 0.0], [0.25, 0.5, 0.8, 0.4]).with_predictions(expected)

    found = evaluate(log, target, terms=YES_NO)

    assert found.direct.estimate == pytest.approx(OBP["direct"])
    assert found.doubly_robust is not None
    assert found.doubly_robust.estimate == pytest.approx(OBP["doubly_robust"])
    assert found.self_normalised_robust is not None
    assert found.self_normalised_robust.estimate == pytest.approx(OBP["sndr"])
    assert found.self_normalised.estimate == pytest.approx(OBP["snips"])
