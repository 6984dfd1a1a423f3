"""``evaluate_policy``: tables for people, JSON for scripts, and an exit status that tells the truth."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from bandits.models import Decision
from tests.bandits.test_evaluation import log_of
from tests.learners import make_learner

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("evaluate_policy", *arguments, stdout=out)
    return out.getvalue()


def test_the_table_says_what_was_earned_and_what_would_have_been() -> None:
    log_of(make_learner(slug="offer", floor=0.1))

    text = run("offer", "--policy", "always:vivid", "--by", "page")

    assert text.startswith("Always vivid.\n400 decisions from 2026-01-05 12:00")
    for words in ("earned, as it was", "Doubly robust", "Gain", "no interval", "menu", "home", "worth "):
        assert words in text


def test_several_policies_are_answered_as_json_one_after_the_other() -> None:
    log_of(make_learner(slug="offer", floor=0.1))

    found = json.loads(
        run(
            "offer",
            "--policy",
            "ucb1",
            "--policy",
            "always:plain",
            "--learning",
            "replay",
            "--since",
            "2026-01-05",
            "--json",
        )
    )["evaluations"]

    assert [one["title"] for one in found] == ["ucb1", "Always plain"]
    assert found[0]["estimates"]["replay"]["interval"] == "finite_sample"
    assert found[1]["value"]["lower"] < 0.3 < found[1]["value"]["upper"]
    assert found[0]["since"] == "2026-01-05T00:00:00+00:00"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("soup", "--policy", "ucb1"), "no experiment “soup”"),
        (("offer", "--policy", "ucb9"), "no policy “ucb9”"),
        (("offer", "--policy", "{"), "not JSON"),
        (("offer", "--policy", "ucb1", "--since", "yesterday"), "--since is a time"),
        (("offer", "--policy", "ucb1", "--since", "2026-13-45"), "--since is a time"),
        (("offer", "--policy", "ucb1", "--since", "2026-02-01", "--until", "2026-01-01"), "ends before it begins"),
        (("offer", "--policy", "ucb1", "--since", "1d"), "no decisions in this window"),
    ],
)
def test_what_cannot_be_answered_is_an_error_in_words(arguments: tuple[str, ...], says: str) -> None:
    log_of(make_learner(slug="offer", floor=0.1), rounds=1)
    before = Decision.objects.count()

    with pytest.raises(CommandError, match=says):
        run(*arguments)

    assert Decision.objects.count() == before


def test_every_policy_is_looked_at_before_the_first_is_worked_out() -> None:
    log_of(make_learner(slug="offer", floor=0.1), rounds=1)
    out = io.StringIO()

    with pytest.raises(CommandError, match="no policy “bad”"):
        call_command("evaluate_policy", "offer", "--policy", "always:vivid", "--policy", "bad", stdout=out)

    assert out.getvalue() == ""


def test_what_the_log_can_answer_is_written_before_what_it_cannot() -> None:
    log_of(make_learner(slug="offer", policy="ucb1"), rounds=12, each=1)
    out = io.StringIO()

    with pytest.raises(CommandError, match="where the running policy never could"):
        call_command("evaluate_policy", "offer", "--policy", "version:1", "--policy", "simple", stdout=out)

    assert out.getvalue().startswith("version 1: ucb1.")
