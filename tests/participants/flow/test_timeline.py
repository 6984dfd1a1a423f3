"""The pages of a session: a pure function of definition, stage, seed and row."""

from collections import Counter
from itertools import pairwise

from experiments.blueprint import Blueprint
from experiments.definition import normalise
from experiments.types import Json
from participants.flow.timeline import Place, next_position, timeline

CASES: list[Json] = [{"id": f"case-{number}"} for number in range(8)]


def blueprint(*steps: Json, levels: int = 4) -> Blueprint:
    names: list[Json] = [*"abcde"[:levels]]
    definition: dict[str, Json] = {
        "slug": "s",
        "title": "S",
        "factors": [{"name": "music", "scope": "within", "levels": names}],
        "stimuli": {"cases": CASES},
        "steps": list(steps),
    }
    return Blueprint.parse(normalise(definition))


def step(name: str, repeat: Json = None, **more: Json) -> dict[str, Json]:
    return {"name": name, "components": [], "repeat": repeat, **more}


def within(places: tuple[Place, ...]) -> list[Json]:
    return [place.within["music"] for place in places]


def test_steps_with_the_same_repeat_are_repeated_together() -> None:
    repeat: Json = {"over": "cases", "order": "fixed", "sample": 2}
    pages = timeline(blueprint(step("hello"), step("look", repeat), step("judge", repeat)), "main", seed=1, row=0)

    assert [page.step.name for page in pages] == ["hello", "look", "judge", "look", "judge"]
    assert pages[1].case == pages[2].case != pages[3].case


def test_the_same_session_always_gets_the_same_pages() -> None:
    design = blueprint(step("look", {"over": "cases", "order": "shuffle", "within": ["music"]}))

    assert timeline(design, "main", seed=7, row=3) == timeline(design, "main", seed=7, row=3)


def test_sessions_with_other_seeds_get_other_orders() -> None:
    design = blueprint(step("look", {"over": "cases", "order": "shuffle"}))
    orders = {tuple(str(page.case["id"]) for page in timeline(design, "main", seed=seed, row=0)) for seed in range(20)}

    assert len(orders) == 20


def test_over_the_rows_of_a_williams_square_every_level_follows_every_other_equally_often() -> None:
    design = blueprint(step("listen", {"over": "music"}))
    orders = [within(timeline(design, "main", seed=1, row=row)) for row in range(4)]

    follows = Counter((before, after) for order in orders for before, after in pairwise(order))
    assert len(follows) == 12
    assert set(follows.values()) == {1}
    assert all(Counter(order[place] for order in orders).most_common(1)[0][1] == 1 for place in range(4))


def test_levels_spread_over_cases_are_used_equally_often_and_rotate_with_the_row() -> None:
    design = blueprint(step("look", {"over": "cases", "order": "shuffle", "within": ["music"]}))
    met = Counter(
        (str(page.case["id"]), str(page.within["music"]))
        for row in range(4)
        for page in timeline(design, "main", seed=row, row=row)
    )

    assert set(met.values()) == {1}
    assert len(met) == 8 * 4
    one = Counter(map(str, within(timeline(design, "main", seed=5, row=2))))
    assert set(one.values()) == {2}


def test_a_sample_takes_so_many_different_cases() -> None:
    design = blueprint(step("look", {"over": "cases", "order": "shuffle", "sample": 5}))
    cases = [str(page.case["id"]) for page in timeline(design, "main", seed=3, row=0)]

    assert len(set(cases)) == 5


def test_screening_and_main_are_separate_timelines() -> None:
    design = blueprint(step("age", stage="screening"), step("task"))

    assert [page.step.name for page in timeline(design, "screening", seed=1, row=0)] == ["age"]
    assert [page.step.name for page in timeline(design, "main", seed=1, row=0)] == ["task"]


def test_a_condition_may_look_at_the_case_of_its_page() -> None:
    condition: Json = {"case.id": ["case-2", "case-5"]}
    pages = timeline(blueprint(step("look", {"over": "cases"}, show_if=condition)), "main", seed=1, row=0)

    first = next_position(pages, 0, {})
    second = next_position(pages, first + 1, {})

    assert [pages[first].case["id"], pages[second].case["id"]] == ["case-2", "case-5"]
    assert next_position(pages, second + 1, {}) == len(pages)
