"""``simulate_bandit``: regret of policies as a table, as JSON and as a picture."""

import io
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from bandits.policies import ADAPTIVE
from bandits.regret_chart import chart

QUICK = {"horizon": 400, "runs": 60, "verbosity": 0}


def run(**options: object) -> str:
    out = io.StringIO()
    call_command("simulate_bandit", stdout=out, **{**QUICK, **options})
    return out.getvalue()


def test_the_best_policy_stands_first_and_uniform_loses_most() -> None:
    rows = run(policies="uniform,kl_moss,thompson_bernoulli").splitlines()[1:]

    assert [row.split()[0] for row in rows][-1] == "uniform"


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others() -> None:
    few = "ucb1,thompson_bernoulli"

    assert run(seed=5, policies=few) == run(seed=5, policies=few)
    assert run(seed=5, policies=few) != run(seed=6, policies=few)


def test_uniform_loses_what_arithmetic_says() -> None:
    found = json.loads(run(policies="uniform", means="0.6,0.5,0.4", json=True))["policies"]["uniform"]

    assert found["regret"] == pytest.approx(400 * 0.1, abs=4 * found["standard_error"])
    assert found["times"][-1] == 400
    assert all(low <= mean <= high for low, mean, high in zip(found["low"], found["mean"], found["high"], strict=True))


def test_policies_take_parameters() -> None:
    greedy = json.loads(run(policies='epsilon_greedy:{"epsilon": 1}', json=True))["policies"]

    assert next(iter(greedy.values()))["regret"] == pytest.approx(40, abs=4)


def test_drifting_delayed_and_gaussian_worlds_run() -> None:
    assert "ucb1" in run(policies="ucb1,thompson_gaussian", rewards="gaussian", turn_every=100, delay=20)


def test_the_picture_is_one_svg_with_a_curve_for_each_policy(tmp_path: Path) -> None:
    path = tmp_path / "regret.svg"

    run(policies="uniform,ucb1", picture=str(path))

    tree = ElementTree.fromstring(path.read_text())  # noqa: S314 (our own picture)
    polygons = tree.findall("{http://www.w3.org/2000/svg}polygon")
    assert len(polygons) == 2
    assert {text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")} >= {"uniform", "ucb1"}


def test_a_picture_may_be_a_png(tmp_path: Path) -> None:
    path = tmp_path / "regret.png"

    run(policies="uniform,ucb1", picture=str(path))

    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")) == (1800, 960)


@pytest.mark.parametrize(
    ("world", "first"),
    [
        ({"rewards": "poisson", "means": "1,2,4"}, "thompson_poisson"),
        ({"rewards": "gaussian", "means": "-5,0,5"}, "thompson_gaussian"),
        ({"contexts": "linear"}, "linucb"),
        ({"contexts": "logistic", "strength": 4.0}, "linucb"),
        ({"contexts": "linear", "arm_features": True, "dimension": 3}, "linucb"),
        ({"costs": "1,0.4,0.1", "budget": 160.0}, "knapsack"),
        ({"walk": 0.01, "delay": 10, "delay_kind": "geometric", "missing": 0.2}, "kl_moss"),
        ({"change_every": 100.0, "delay": 10, "delay_kind": "batch"}, "kl_moss"),
    ],
    ids=str,
)
def test_what_suits_the_world_is_tried_by_itself_and_uniform_loses_most(world: dict[str, object], first: str) -> None:
    found = json.loads(run(json=True, **world))["policies"]
    lost = {name: one["regret"] for name, one in found.items()}

    assert first in lost
    assert lost[first] < lost["uniform"]


def test_bands_are_the_quantiles_that_were_asked_for() -> None:
    wide, narrow = (json.loads(run(policies="ucb1", json=True, band=band)) for band in ("0,1", "0.4,0.6"))

    assert wide["levels"] == [0, 1]
    assert wide["policies"]["ucb1"]["high"][-1] > narrow["policies"]["ucb1"]["high"][-1]


@pytest.fixture
def log(tmp_path: Path) -> str:
    """Ten of twenty salads are bought, five of twenty soups."""
    path = tmp_path / "visits.csv"
    rows = [f"{offer},{int(i % 20 < wins)},{i % 3}" for i in range(800) for offer, wins in (("salad", 10), ("soup", 5))]
    path.write_text("offer,bought,hour\n" + "\n".join(rows) + "\n")
    return str(path)


@pytest.mark.parametrize("say", [{}, {"method": "resample"}, {"feature_columns": "hour"}], ids=str)
def test_a_log_is_a_world(log: str, say: dict[str, object]) -> None:
    columns = {"log": log, "arm_column": "offer", "reward_column": "bought"}
    found = json.loads(run(policies="uniform,thompson_bernoulli", json=True, **columns, **say))["policies"]

    assert found["thompson_bernoulli"]["regret"] < found["uniform"]["regret"]
    assert found["uniform"]["earned_per_round"] == pytest.approx(0.375, abs=0.02)


@pytest.mark.parametrize(
    ("say", "sentence"),
    [
        ({"arm_column": "arm"}, "Line 1: there is no column “arm”. The columns are: offer, bought, hour"),
        ({"log": "/nowhere.csv"}, "/nowhere.csv cannot be read"),
        ({"reward_column": "offer"}, "Line 2: “offer” is a number, not 'salad'"),
        ({"propensity_column": "hour"}, "Line 2: “hour” is a chance above 0"),
        ({"delay": 5}, "Use --method resample"),
        ({"method": "resample", "feature_columns": "hour"}, "Use replay"),
    ],
    ids=str,
)
def test_a_log_that_cannot_be_used_is_refused_with_its_line(log: str, say: dict[str, object], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(**{"log": log, "arm_column": "offer", "reward_column": "bought", **say})


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"picture": "regret.gif"}, "ends in .svg or .png"),
        ({"picture": "/nowhere/at/all.svg"}, "there is no folder"),
        ({"band": "0.9,0.1"}, "the lower first"),
        ({"walk": 0.1, "turn_every": 10}, "Arms change in one way: --turn-every or --walk"),
        ({"sine": "10"}, "a period above 0 and a swing"),
        ({"missing": 1.0}, "--missing is a share"),
        ({"budget": 5.0}, "--costs and --budget go together"),
        ({"costs": "1,2", "budget": 5.0}, "one number for each arm"),
        ({"contexts": "linear", "policies": 'linucb:{"dimension": 3}'}, "dimension must be 5"),
        ({"arms": "a,b"}, "3 different names"),
        ({"policies": "nobody"}, "no adaptive policy"),
        ({"policies": 'ucb1:{"nothing": 1}'}, "nothing"),
        ({"policies": "ucb1:{"}, "not a JSON object"),
        ({"means": "0.5"}, "two or more"),
        ({"means": "0.5,2"}, "between 0 and 1"),
        ({"means": "a,b"}, "takes numbers"),
        ({"horizon": 0}, "--horizon"),
        ({"runs": 1}, "--runs"),
        ({"delay": -1}, "--delay"),
    ],
)
def test_what_cannot_be_simulated_is_refused_with_a_sentence(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(**options)


@pytest.mark.parametrize("name", sorted(ADAPTIVE))
def test_every_policy_runs_or_says_why_not(name: str) -> None:
    try:
        said = run(policies=name, horizon=30, runs=4)
    except CommandError as refusal:
        said = str(refusal)

    assert said.splitlines()[-1].startswith(name)


def test_a_chart_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        chart("Nothing", {})


@pytest.mark.parametrize(
    ("say", "named"),
    [
        ({"contexts": "linear", "rewards": "poisson"}, "--rewards: not with --contexts"),
        ({"contexts": "logistic", "rewards": "bernoulli"}, "--rewards: not with --contexts"),
        ({"contexts": "linear", "means": "1,2", "turn_every": 5}, "--means, --turn-every: not with --contexts"),
        ({"contexts": "linear", "costs": "1,2", "budget": 5.0}, "--costs, --budget: not with --contexts"),
        ({"log": "log.csv", "rewards": "poisson"}, "--rewards: not with --log"),
        ({"log": "log.csv", "contexts": "linear"}, "--contexts: not with --log"),
    ],
)
def test_an_option_that_would_say_nothing_is_refused(say: dict[str, object], named: str) -> None:
    with pytest.raises(CommandError, match=named):
        run(**say)
