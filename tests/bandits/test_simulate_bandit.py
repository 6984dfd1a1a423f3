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
    assert run(seed=5) == run(seed=5)
    assert run(seed=5) != run(seed=6)


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


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
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
