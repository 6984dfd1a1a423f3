"""Blocks that choose their stimuli: the choice is a row of the answer's transaction, and the record restores it."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as some

from experiments.blueprint import Blueprint
from experiments.definition import normalise
from experiments.models import Measurement
from experiments.services.versions import publish_version
from experiments.types import Json, JsonObject
from participants.capability import token_of
from participants.courses import course_of
from participants.flow.choosers import chooser_of
from participants.flow.choosing import Chooser, Course
from participants.models import Choice, Session, Trial
from participants.reads import progress
from participants.services.erasing import erase_person
from participants.services.leaving import resume
from participants.services.sweeping import sweep
from tests.participants.test_edits_under_way import edit
from tests.participants.test_taking_part import answer, come_in, hidden
from tests.proof import PROOF
from tests.query_counts import reviewed
from tests.studies import STEPS, document, running

SIDES: list[Json] = [{"id": "left", "more": "left"}, {"id": "right", "more": "right"}]
GRID: Json = {"from": 0.02, "to": 0.8, "steps": 12, "scale": "log"}
MODEL: dict[str, Json] = {
    "kind": "psychometric", "form": "weibull", "x": "contrast",
    "threshold": GRID, "slope": [1, 2, 4], "guess": 0.5, "lapse": [0.01, 0.05],
}  # fmt: skip
LOOK: dict[str, Json] = {
    "kind": "choice",
    "name": "side",
    "correct": "{{ case.more }}",
    "props": {"label": "Where, at {{ case.contrast }}?", "options": ["left", "right"]},
}


def choose(**more: Json) -> dict[str, Json]:
    return {"answer": "side", "trials": 6, "levels": {"contrast": GRID}, "model": MODEL, **more}


def look(**more: Json) -> dict[str, Json]:
    return {"name": "look", "components": [LOOK], "repeat": {"over": "sides", "choose": choose(**more)}}


def study(*steps: Json, **more: Json) -> dict[str, Json]:
    measures: list[Json] = [{"name": name, "kind": "number"} for name in ("rating", "threshold", "unsure", "taken")]
    return {"stimuli": {"sides": SIDES}, "measures": measures, "steps": list(steps) or [look()], **more}


PAIR: list[Json] = [{"id": task, "more": "left", "task": task} for task in ("dots", "lines")]
IN_RUNS = choose(tasks={"of": "task", "run": 2}, levels={"contrast": [0.1, 0.3]})
TASKS: list[Json] = [
    {**look(), "name": task, "repeat": {"over": "sides", "choose": IN_RUNS}, "show_if": {"case.task": task}}
    for task in ("dots", "lines")
]
RECORD: dict[str, Json] = {"threshold": "threshold", "threshold_sd": "unsure", "trials": "taken"}


def chooser(**more: Json) -> Chooser:
    (experiment,) = cast("list[JsonObject]", document(**study(look(**more)))["experiments"])
    return chooser_of(Blueprint.parse(normalise(experiment)), "look")


def play(block: Chooser, outcomes: list[bool], seed: int) -> Course:
    course = Course(block)
    for number, outcome in enumerate(outcomes):
        course = course.chosen(number, block.draw(course.looks, seed=seed, round_=0)).answered(number, float(outcome))
    return course


@settings(max_examples=100 if PROOF else 15)
@given(some.lists(some.booleans(), max_size=5), some.integers(0, 2**62), some.sampled_from(["information", "random"]))
def test_the_stored_answers_alone_give_the_same_choices_again(outcomes: list[bool], seed: int, by: str) -> None:
    block = chooser(by=by)
    once, again = (play(block, outcomes, seed) for _ in range(2))

    assert once.looks == again.looks
    assert all(0 < each.chance <= 1 for each in once.looks)


@pytest.mark.django_db(transaction=True)
class TestTakingPart:
    def test_reloading_shows_the_stimulus_that_was_chosen(self, client: Client) -> None:
        url = come_in(client, running(**study()).slug)
        first = client.get(url).content.decode()

        assert client.get(url).content.decode().count(_shown(first)) == first.count(_shown(first))
        assert Choice.objects.count() == 1

    def test_an_answer_sent_twice_teaches_once_and_chooses_once(self, client: Client) -> None:
        url = come_in(client, running(**study()).slug)
        nonce = hidden(client.get(url).content.decode(), "nonce")
        for _ in range(2):
            client.post(url, {"nonce": nonce, "side": "left"})

        assert Choice.objects.count() == 2
        assert Choice.objects.exclude(outcome=None).count() == 1

    def test_the_block_ends_after_its_trials_and_records_what_it_found(self, client: Client) -> None:
        experiment = running(**study(look(record=RECORD), *STEPS))
        url = come_in(client, experiment.slug)
        for _ in range(6):
            answer(client, url, side="left")

        last = Choice.objects.order_by("pk").last()
        found = dict(Measurement.objects.values_list("measure__name", "number"))
        assert last is not None
        assert [found["threshold"], found["unsure"]] == cast("dict[str, list[float]]", last.estimates)["threshold"]
        assert found["taken"] == 6
        assert b"Hello." in client.get(url).content

    def test_it_ends_early_once_enough_is_known(self, client: Client) -> None:
        url = come_in(client, running(**study(look(stop={"entropy": 100}, at_least=2), *STEPS)).slug)
        for _ in range(2):
            answer(client, url, side="left")

        assert Choice.objects.count() == 2
        assert b"Hello." in client.get(url).content

    def test_the_rows_say_with_which_chance_and_replaying_them_gives_the_same(self, client: Client) -> None:
        url = come_in(client, running(**study(look(random=0.2))).slug)
        for side in ("left", "right", "left"):
            answer(client, url, side=side)

        session = Session.objects.get()
        course = course_of(session, "look")
        block, replayed = course.chooser, Course(course.chooser)
        for number, seen in enumerate(course.looks):
            drawn = block.draw(replayed.looks, seed=session.seed, round_=0)
            assert (drawn.place, drawn.chance) == (seen.place, seen.chance)
            replayed = replayed.chosen(number, drawn)
            replayed = replayed if seen.outcome is None else replayed.answered(number, seen.outcome)
        cases = [
            str(cast(JsonObject, case)["case"])
            for case in Trial.objects.order_by("pk").values_list("stimulus", flat=True)
        ]
        assert cases == list(Choice.objects.order_by("pk").values_list("case", flat=True))[:3]

    def test_a_turn_costs_what_was_reviewed(self, client: Client) -> None:
        url = come_in(client, running(**study()).slug)
        answer(client, url, side="left")
        nonce = hidden(client.get(url).content.decode(), "nonce")
        with CaptureQueriesContext(connection) as queries:
            client.post(url, {"nonce": nonce, "side": "left"})
            client.get(url)

        counted = sum(not query["sql"].startswith(("BEGIN", "COMMIT")) for query in queries)
        assert counted <= reviewed("page turn that chooses a stimulus")

    def test_another_arm_passes_over_the_block_without_choosing(self, client: Client) -> None:
        hidden_block = {**look(), "show_if": {"arm.colour": "green"}}
        factors: list[Json] = [{"name": "colour", "levels": ["red", "green"]}]
        experiment = running(**study(hidden_block, *STEPS, factors=factors))
        for _ in range(4):
            come_in(Client(), experiment.slug)

        arms = Session.objects.values_list("assignment__arm__name", flat=True)
        assert Choice.objects.count() == list(arms).count("green")

    def test_who_was_silent_comes_back_to_the_stimulus_they_left(self, client: Client) -> None:
        url = come_in(client, running(**study()).slug)
        answer(client, url, side="left")
        before, token = client.get(url).content.decode(), token_of(Session.objects.get().uuid)
        sweep(now=timezone.now() + timedelta(days=1))
        assert not Session.objects.under_way().exists()
        resume(token, now=timezone.now())

        assert _shown(client.get(url).content.decode()) == _shown(before)
        assert Choice.objects.count() == 2

    def test_a_new_version_in_the_middle_of_a_block_leaves_those_in_it_alone(self, client: Client) -> None:
        experiment = running(**study())
        url = come_in(client, experiment.slug)
        answer(client, url, side="left")
        publish_version(edit(experiment, steps=[look(trials=3, levels={"contrast": [0.1, 0.2]})]))
        for _ in range(5):
            answer(client, url, side="left")

        assert Choice.objects.exclude(outcome=None).count() == 6

    def test_progress_never_stands_still_where_pages_hang_on_the_chosen_stimulus(self, client: Client) -> None:
        url = come_in(client, running(**study(*TASKS, stimuli={"sides": PAIR})).slug)
        seen = []
        while Session.objects.get().is_under_way:
            seen.append(progress(Session.objects.get())[0])
            answer(client, url, side="left")

        tasks = [str(case).partition("-")[0] for case in Choice.objects.order_by("pk").values_list("case", flat=True)]
        assert seen == sorted(set(seen))
        assert len(seen) == len(tasks) == 6
        assert tasks[0::2] == tasks[1::2]  # runs of two

    def test_a_number_of_no_sense_teaches_nothing_and_breaks_nothing(self, client: Client) -> None:
        much: Json = {"kind": "number", "name": "side", "props": {"label": "How much, at {{ case.contrast }}?"}}
        model: Json = {"kind": "normal", "features": ["contrast"], "noise_sd": 1}
        url = come_in(client, running(**study({**look(model=model), "components": [much]})).slug)
        for number in ("1e300", "7"):
            answer(client, url, side=number)

        assert list(Choice.objects.order_by("pk").values_list("outcome", flat=True)) == [None, 7.0, None]

    @pytest.mark.parametrize(("with_answers", "left"), [(True, 0), (False, 3)])
    def test_who_is_erased_with_their_answers_leaves_no_choice(
        self, client: Client, with_answers: bool, left: int
    ) -> None:
        url = come_in(client, running(**study()).slug)
        for _ in range(2):
            answer(client, url, side="left")
        erase_person(Session.objects.get().participant, with_answers=with_answers, now=timezone.now())

        assert Choice.objects.count() == left
        assert Trial.objects.exclude(answer={}).count() == (0 if with_answers else 2)

    def test_who_deletes_their_answers_deletes_what_was_chosen_by_them(self, client: Client) -> None:
        url = come_in(client, running(**study()).slug)
        answer(client, url, side="left")
        client.post(f"{url}withdraw", {"data": "delete"})

        assert not Choice.objects.exists()


def _shown(page: str) -> str:
    return page[page.index("Where, at") :][:24]
