"""``manage.py information``, as somebody types it."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def said(*typed: str) -> str:
    out = StringIO()
    call_command("information", *typed, stdout=out, no_color=True)
    return out.getvalue()


def test_the_next_look_goes_where_most_is_learnt_for_the_money() -> None:
    typed = ["arms", "a=12/40", "b=20/40", "c=19/40", "--size", "6", "--json"]
    even, dear = json.loads(said(*typed)), json.loads(said(*[one.replace("c=19/40", "c=19/40@9") for one in typed]))

    assert sum(arm["places"] for arm in even["arms"]) == 6
    assert even["arms"][0]["places"] == 0
    assert dear["next"] == "b"
    assert dear["arms"][2]["information_per_cost"] == pytest.approx(even["arms"][2]["information"] / 9)
    assert json.loads(said(*typed, "--left", "0.5"))["next"] is None


def test_models_are_answered_exactly_or_between_bounds() -> None:
    assert json.loads(said("bernoulli", "--json"))["exact"] == pytest.approx(0.1931472)
    linear = json.loads(said("linear", "--look", "1,0", "--look", "1,1", "--json"))

    assert linear["nested"]["low"] - 0.05 <= linear["exact"] <= linear["nested"]["high"] + 0.05
    assert linear["variational"]["at_least"] <= linear["exact"] + 0.05
    assert "Laplace" in said("logistic", "--look", "1,-2", "--look", "1,2")
    assert "nats" in said("normal", "--n", "10", "--prior", "0,2", "--noise", "5")


def test_a_persons_next_stimulus_follows_their_answers() -> None:
    found = json.loads(said("psychometric", "--answer", "0.5=yes", "--answer=-1=no", "--block", "3", "--json"))

    assert -1 < found["next"] < 0.5
    assert len(found["block"]) == 3
    assert found["block_information"] > found["information"] > 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["arms", "a=1", "b=2"], "an arm is NAME=SUCCESSES/PEOPLE"),
        (["arms", "a=3/2", "b=1/2"], "an arm is"),
        (["arms", "a=nan,1,4", "b=1,1,4"], "an arm is"),
        (["arms", "a=1/2"], "two to 200 arms"),
        (["arms", "a=1/2", "b=5,1,9"], "all of numbers"),
        (["arms", "a=1/2", "b=1/2", "--target", "luck"], "target must be one of"),
        (["arms", "a=1/2", "b=1/2", "--size", "0"], "size must be from 1"),
        (["bernoulli", "--n", "0"], "n must be from 1"),
        (["normal", "--prior", "0"], "prior must be 2 numbers"),
        (["linear", "--look", "1,0", "--look", "1"], "as many numbers each"),
        (["linear", "--look", "inf"], "look must be numbers"),
        (["logistic", "--look", "1", "--prior-sd", "0"], "prior-sd and noise above 0"),
        (["psychometric", "--stimuli", "3,1,5"], "low below high"),
        (["psychometric", "--answer", "1=perhaps"], "an answer is STIMULUS=yes"),
        (["psychometric", "--block", "11"], "size must be from 1 to 10"),
        (["psychometric", "--guess", "0.9", "--lapse", "0.5"], "together at most 1"),
    ],
)
def test_what_has_no_answer_is_a_sentence(typed: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        said(*typed)
