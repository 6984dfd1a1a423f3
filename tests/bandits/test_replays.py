"""A CSV log as a world: read with care, replayed, resampled."""

from collections.abc import Iterator

import numpy as np
import pytest

from bandits.policies import ADAPTIVE
from bandits.policies.simulation import simulate
from bandits.policies.simulation.logs import Columns, Log, LogError, LogWorld, read_log
from bandits.policies.simulation.replays import replay

WITH_CHANCES = Columns("offer", "bought", "chance", ("one", "hungry"))


def a_log(rows: int = 6_000, *, columns: Columns = WITH_CHANCES) -> Log:
    """Salad was offered to one in five and sells 60 %; soup 50 %, but to the hungry 90 %."""
    rng = np.random.default_rng(4)
    hungry, salad = rng.integers(0, 2, rows), rng.random(rows) < 0.2
    chance = np.where(salad, 0.6, np.where(hungry, 0.9, 0.1))
    bought = (rng.random(rows) < chance).astype(int)

    def lines() -> Iterator[str]:
        yield "bought,offer,hungry,chance,one,note"
        for row in zip(bought, salad, hungry, strict=True):
            yield f'{row[0]},{"salad" if row[1] else "soup"},{row[2]},{0.2 if row[1] else 0.8},1,"a, b"'

    return read_log(lines(), columns)


def test_a_log_is_read_by_the_names_of_its_columns() -> None:
    log = a_log()

    assert log.names == ("salad", "soup")
    assert log.means == pytest.approx([0.6, 0.5], abs=0.03)
    assert set(log.propensity.tolist()) == {0.2, 0.8}
    assert log.features.shape == (6_000, 2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Line 1: there is no column “arm”. The columns are: none"),
        ("arms,reward", "Line 1: there is no column “arm”. The columns are: arms, reward."),
        ("arm,reward", "Line 2: the log has a header and no rows"),
        ("arm,reward\na,1\nb,many", "Line 3: “reward” is a number, not 'many'"),
        ("arm,reward\na,1\nb,nan", "Line 3: “reward” is a number"),
        ("arm,reward\na,1\nb", "Line 3: it has another number of fields"),
        ("arm,reward\na,1\nb,1,2", "Line 3: it has another number of fields"),
        ("arm,reward\na,1\n ,1", "Line 3: “arm” is empty"),
        ('arm,reward\na,1\n"b,1', "unexpected end of data"),
        ("arm,reward\na,1\na,0", "two arms or more; it has 1"),
    ],
)
def test_what_is_no_log_is_refused_with_the_number_of_the_line(text: str, sentence: str) -> None:
    with pytest.raises(LogError, match=sentence):
        read_log(text.split("\n") if text else [], Columns())


@pytest.mark.parametrize("chance", ["0", "1.5", "-1"])
def test_a_chance_that_is_none_is_refused(chance: str) -> None:
    with pytest.raises(LogError, match="Line 2: “p” is a chance above 0"):
        read_log(["arm,reward,p", f"a,1,{chance}"], Columns(propensity="p"))


def test_a_replay_earns_what_the_world_of_the_log_would_have_given() -> None:
    """Uniform earns the mean of both arms, although the log gave four in five the one."""
    log = a_log(columns=Columns("offer", "bought", "chance"))
    found = replay(ADAPTIVE["uniform"](), log, horizon=400, runs=100, rng=np.random.default_rng(1))

    assert found.times[-1] == 400
    assert found.earned.mean() / 400 == pytest.approx(log.means.mean(), abs=0.01)
    assert found.shares.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.01)


def test_a_replay_and_the_resampled_log_agree() -> None:
    log = a_log(columns=Columns("offer", "bought", "chance"))
    policy = ADAPTIVE["thompson_bernoulli"]()
    replayed = replay(policy, log, horizon=400, runs=200, rng=np.random.default_rng(1))
    resampled = simulate(policy, LogWorld(log), horizon=400, runs=200, rng=np.random.default_rng(1))

    noise = np.hypot(replayed.standard_error, resampled.standard_error)
    assert replayed.mean == pytest.approx(resampled.mean, abs=4 * noise)


def test_a_policy_that_looks_at_features_gains_on_the_best_arm_of_the_log() -> None:
    log = a_log()
    linucb = ADAPTIVE["linucb"].parse({"dimension": 2, "alpha": 0.5})
    found = replay(linucb, log, horizon=400, runs=50, rng=np.random.default_rng(1))

    assert found.mean < 0  # the best arm sells 60 %; who asks for hunger sells 75 %
    assert found.earned.mean() / 400 == pytest.approx(0.75, abs=0.05)
    assert found.wrong is None


def test_a_replay_ends_with_the_run_that_met_the_fewest_rows() -> None:
    found = replay(ADAPTIVE["uniform"](), a_log(300), horizon=10_000, runs=20, rng=np.random.default_rng(1))

    assert 30 < found.times[-1] < 100


def test_a_replay_that_would_not_fit_the_memory_is_refused() -> None:
    with pytest.raises(LogError, match="6,000 rounds of 10,000 runs are more than 50,000,000"):
        replay(ADAPTIVE["uniform"](), a_log(), horizon=10**9, runs=10_000, rng=np.random.default_rng(1))


def test_a_log_that_nothing_agrees_with_is_refused() -> None:
    log = read_log(["arm,reward", "a,1", "b,0"], Columns())
    with pytest.raises(LogError, match="too short"):
        replay(ADAPTIVE["uniform"](), log, horizon=10, runs=20, rng=np.random.default_rng(1))
