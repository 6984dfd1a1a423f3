"""A study file with a mistake is refused with its line, its path and a way on; all mistakes at once."""

# ruff: noqa: E501 (a table of mistakes, one a line)

from __future__ import annotations

import pytest

from experiments.problems import Problem
from experiments.schema import check, check_experiment
from experiments.types import Json
from experiments.yaml_file import load
from participants.displays import DISPLAYS

GOOD = """\
machina: 1
study:
  slug: tea
  title: Tea
  languages: [en, de]
  budget: "10.00"
  consent:
    - {version: "1", body: {en: Please agree., de: Bitte zustimmen.}}
experiments:
  - slug: tea-1
    title: Tea or coffee
    target: 20
    lease_seconds: 60
    factors:
      - {name: drink, levels: [tea, coffee]}
      - {name: cup, levels: [small, large]}
      - {name: heat, scope: within, levels: [1, 2]}
    exclusions: [{drink: tea, cup: large}]
    arms:
      - {levels: {drink: tea, cup: small}, weight: 1, is_control: true, payload: {pot: blue}}
      - {levels: {drink: coffee, cup: small}, weight: 2}
    measures:
      - {name: liking, kind: number, low: 0, high: 10}
      - {name: guess, kind: choice}
    allocation: {policy: stratified_blocks, strata: [age_group]}
    stimuli:
      pots: [{id: a, price: 3}, {id: b, price: 4}]
    debrief: {en: Thanks., de: Danke.}
    steps:
      - name: age
        stage: screening
        components:
          - {kind: choice, name: age_group, attribute: age_group, props: {label: Age, options: [young, old]}}
        screen_out: {when: {answers.age_group: young}, message: Sorry.}
      - name: look
        title: Look
        repeat: {over: pots, as: pot, order: shuffle, sample: 2, within: [heat]}
        show_if: {arm.drink: tea, within.heat: {not: 2}}
        components:
          - {kind: text, props: {body: "{{ pot.price }} for {{ arm.pot }}, {{ repetition }}"}}
          - {kind: slider, name: liking, measure: liking, props: {label: {en: How much?, de: Wie sehr?}}}
      - name: quiz
        attempts: 2
        on_fail: repeat
        components:
          - {kind: choice, name: guess, measure: guess, check: comprehension, correct: a, props: {label: Q, options: [a, b]}}
"""


def problems(text: str) -> list[Problem]:
    document, positions = load(text)
    return check(document, positions, kinds=list(DISPLAYS))


def test_the_file_that_the_mistakes_are_made_in_is_right() -> None:
    assert problems(GOOD) == []


E = "experiments[0]"
MISTAKES = [
    # shape
    ("machina: 1", "machina: 2", "machina", "format 1", "Write 1"),
    ("  title: Tea\n", "  titel: Tea\n", "study.titel", "not known", "“title”"),
    ("  slug: tea\n", "  slug: Tea Time\n", "study.slug", "cannot be used", "lower-case"),
    ("  slug: tea\n", "", "study", "“slug” is missing", "Add “slug: …”"),
    ('budget: "10.00"', "budget: 10.00", "study.budget", "text is needed", "quotes"),
    ('budget: "10.00"', 'budget: "10,00"', "study.budget", "cannot be used", "120.00"),
    ("[en, de]", "[english, de]", "study.languages[0]", "cannot be used", "pt-BR"),
    ("[en, de]", "[en, de, de]", "study.languages", "more than once", "Remove"),
    ("target: 20", "target: twenty", f"{E}.target", "whole number is needed", "without quotes"),
    ("target: 20", "target: 0", f"{E}.target", "out of range", "at least 1"),
    ("lease_seconds: 60", "lease_seconds: 5", f"{E}.lease_seconds", "out of range", "at least 30"),
    ("title: Tea or coffee", "title: 7", f"{E}.title", "text is needed", '"7"'),
    ("scope: within", "scope: inside", f"{E}.factors[2].scope", "not one of", "“within”"),
    ("levels: [small, large]", "levels: [small]", f"{E}.factors[1].levels", "too few", "At least 2"),
    ("levels: [small, large]", "levels: small", f"{E}.factors[1].levels", "a list is needed", "Write a list"),
    ("weight: 2", "weight: 0", f"{E}.arms[1].weight", "out of range", "more than 0"),
    ("weight: 2", "weight: -1", f"{E}.arms[1].weight", "out of range", "more than 0"),
    ("kind: number", "kind: numeric", f"{E}.measures[0].kind", "not one of", "“number”"),
    ("policy: stratified_blocks", "policy: stratified", f"{E}.allocation.policy", "not one of", "“stratified_blocks”"),
    ("stage: screening", "stage: screen", f"{E}.steps[0].stage", "not one of", "“screening”"),
    ("over: pots,", "ober: pots, over: pots,", f"{E}.steps[1].repeat.ober", "not known", "“over”"),
    ("over: pots, ", "", f"{E}.steps[1].repeat", "“over” is missing", "A stimulus set"),
    ("attempts: 2", "attempts: 0", f"{E}.steps[2].attempts", "out of range", "at least 1"),
    ("attempts: 2", "timeout_seconds: 1.5", f"{E}.steps[2].timeout_seconds", "whole number", "Write"),
    ("check: comprehension", "check: understanding", f"{E}.steps[2].components[0].check", "not one of", "comprehension"),
    ("on_fail: repeat", "on_fail: retry", f"{E}.steps[2].on_fail", "not one of", "repeat"),
    ("{id: a, price: 3}", "{price: 3}", f"{E}.stimuli.pots[0]", "“id” is missing", "Unique"),
    # names that lead nowhere
    ("drink: coffee, cup", "drnk: coffee, cup", f"{E}.arms[1].levels.drnk", "no factor “drnk”", "“drink”"),
    ("drink: coffee, cup", "drink: cofee, cup", f"{E}.arms[1].levels.drink", "no level “cofee”", "“coffee”"),
    ("{drink: coffee, cup: small}", "{drink: coffee}", f"{E}.arms[1].levels", "no level of “cup”", "cup: …"),
    ("{drink: coffee, cup: small}", "{drink: tea, cup: large}", f"{E}.arms[1].levels", "excluded", "Remove"),
    ("{drink: coffee, cup: small}", "{drink: tea, cup: small}", f"{E}.arms[1].levels", "already arm 1", "Remove"),
    ("{drink: coffee, cup", "{heat: 1, drink: coffee, cup", f"{E}.arms[1].levels.heat", "varies within", "between"),
    ("weight: 2", "is_control: true", f"{E}.arms[1].is_control", "second control", "one arm"),
    ("[{drink: tea, cup: large}]", "[{drink: te}]", f"{E}.exclusions[0].drink", "no level “te”", "“tea”"),
    ("[{drink: tea, cup: large}]", "[{colour: red}]", f"{E}.exclusions[0].colour", "no factor", "“drink”"),
    ("[{drink: tea, cup: large}]", "[{drink: [tea, coffee]}]", f"{E}.exclusions", "leave no arm", "Remove"),
    ("name: cup, levels: [small, large]", "name: drink, levels: [tea, x]", f"{E}.factors[1].name", "used twice", "another"),
    ("name: guess, kind", "name: liking, kind", f"{E}.measures[1].name", "used twice", "another"),
    ("low: 0, high: 10", "low: 10, high: 10", f"{E}.measures[0].low", "not below high", "Swap"),
    ("kind: choice}\n    alloc", "kind: choice, low: 1}\n    alloc", f"{E}.measures[1].low", "Only a measure", "number"),
    ("strata: [age_group]", "strata: []", f"{E}.allocation", "needs strata", "permuted_blocks"),
    ("policy: stratified_blocks", "policy: simple", f"{E}.allocation.strata", "does not look at", "minimisation"),
    ("{id: b, price: 4}", "{id: a, price: 4}", f"{E}.stimuli.pots[1].id", "used twice", "own id"),
    ("name: look", "name: age", f"{E}.steps[1].name", "used twice", "another"),
    ("over: pots", "over: pot", f"{E}.steps[1].repeat.over", "no stimuli “pot”", "“pots”"),
    ("sample: 2", "sample: 3", f"{E}.steps[1].repeat.sample", "only 2 stimuli", "no more"),
    ("as: pot", "as: answers", f"{E}.steps[1].repeat.as", "already means", "another word"),
    ("within: [heat]", "within: [hot]", f"{E}.steps[1].repeat.within[0]", "no factor “hot”", "“heat”"),
    ("within: [heat]", "within: [heat, drink]", f"{E}.steps[1].repeat.within[1]", "between units", "scope: within"),
    (", within: [heat]", "", f"{E}.factors[2]", "used by no step", "within: [heat]"),
    ("measure: liking", "measure: liked", f"{E}.steps[1].components[1].measure", "no measure “liked”", "“liking”"),
    ("kind: slider", "kind: slyder", f"{E}.steps[1].components[1].kind", "no component kind", "“slider”"),
    ("kind: slider, name: liking,", "kind: slider,", f"{E}.steps[1].components[1]", "needs a name", "name: …"),
    ("correct: a,", "correct: c,", f"{E}.steps[2].components[0].correct", "not among the options", "“a”"),
    ("correct: a, ", "", f"{E}.steps[2].components[0].check", "right answer", "correct: …"),
    ("check: comprehension, ", "", f"{E}.steps[2].attempts", "only on a page with a check", "comprehension"),
    ("options: [a, b]", "options: [a, a]", f"{E}.steps[2].components[0].props.options[1]", "stands twice", "own value"),
    ("{arm.drink: tea,", "{arm.drnk: tea,", f"{E}.steps[1].show_if.arm.drnk", "no “arm.drnk”", "“drink”"),
    ("{arm.drink: tea,", "{arm.drink: te,", f"{E}.steps[1].show_if.arm.drink", "no level “te”", "“tea”"),
    ("{not: 2}", "{unlike: 2}", f"{E}.steps[1].show_if.within.heat.unlike", "no comparison", "“not”"),
    ("{arm.drink: tea,", "{any: 3,", f"{E}.steps[1].show_if.any", "needs a list", "any: ["),
    ("answers.age_group: young", "answers.age: young", f"{E}.steps[0].screen_out.when.answers.age", "no “answers.age”", "“age_group”"),
    ("{{ pot.price }}", "{{ pot.prize }}", f"{E}.steps[1].components[0].props.body", "stimulus “a”", "“price”"),
    ("{{ arm.pot }}", "{{ armm.pot }}", f"{E}.steps[1].components[0].props.body", "nothing called", "“arm”"),
    ("{{ arm.pot }}", "{{ arm.pot", f"{E}.steps[1].components[0].props.body", "not closed", "}}"),
    ("{{ arm.pot }}", "{{ arm['pot'] }}", f"{E}.steps[1].components[0].props.body", "not a path", "dots"),
    ("title: Look", 'title: "{{ within.cup }}"', f"{E}.steps[1].title", "no “within.cup”", "“heat”"),
    # people and languages
    (", de: Bitte zustimmen.", "", "study.consent[0].body", "missing in “de”", "de: …"),
    ("{en: Thanks., de: Danke.}", "{en: Thanks., fr: Merci.}", f"{E}.debrief.fr", "not a language", "languages"),
    (", de: Wie sehr?", "", f"{E}.steps[1].components[1].props.label", "missing in “de”", "one text for all"),
    ('    - {version: "1", body: {en: Please agree., de: Bitte zustimmen.}}', "    []", "study.consent", "no consent", "Add consent"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "path", "message", "hint"), MISTAKES)
def test_a_mistake_is_named_with_its_line_its_path_and_a_way_on(
    old: str, new: str, path: str, message: str, hint: str
) -> None:
    assert GOOD.count(old) >= 1, "the mistake must change the file"

    found = problems(GOOD.replace(old, new, 1))

    named = [problem for problem in found if problem.path == path]
    assert named, [str(problem) for problem in found]
    assert message in named[0].message
    assert hint in named[0].hint
    assert named[0].line > 0


LINES = [
    ("target: 20", "target: 0"),
    ("weight: 2", "weight: 0"),
    ("measure: liking", "measure: liked"),
    ("on_fail: repeat", "on_fail: retry"),
    ("over: pots", "over: pot"),
]


@pytest.mark.parametrize(("old", "new"), LINES)
def test_the_line_is_the_one_that_an_editor_shows(old: str, new: str) -> None:
    text = GOOD.replace(old, new, 1)

    lines = {problem.line for problem in problems(text)}

    assert all(new in text.splitlines()[line - 1] for line in lines)
    assert lines


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file() -> None:
    text = GOOD
    for old, new in LINES:
        text = text.replace(old, new, 1)

    lines = [problem.line for problem in problems(text)]

    assert len(set(lines)) == len(LINES)
    assert lines == sorted(lines)


ANYTHING: list[Json] = [None, True, 3, 2.5, "text", [], ["x"], {}, {"x": 1}, [[]], [None], {"": None}]


@pytest.mark.parametrize("wrong", ANYTHING)
@pytest.mark.parametrize(
    "key", ["factors", "arms", "measures", "stimuli", "steps", "exclusions", "allocation", "debrief"]
)
def test_no_shape_however_wrong_makes_the_check_stumble(key: str, wrong: Json) -> None:
    experiment: dict[str, Json] = {"slug": "x", "title": "x", "unit_kind": "visitor", key: wrong}

    for problem in check_experiment(experiment):
        assert problem.message
        assert problem.hint


@pytest.mark.parametrize("wrong", ANYTHING)
@pytest.mark.parametrize(
    "place", ["components", "repeat", "show_if", "screen_out", "title", "props", "options", "correct", "within", "when"]
)
def test_no_step_however_wrong_makes_the_check_stumble(place: str, wrong: Json) -> None:
    component: dict[str, Json] = {"kind": "choice", "name": "q", "check": "comprehension"}
    step: dict[str, Json] = {"name": "s", "components": [component]}
    if place == "props":
        component["props"] = wrong
    elif place == "options":
        component["props"] = {"options": wrong}
    elif place == "correct":
        component["correct"] = wrong
        component["props"] = {"options": ["a"]}
    elif place == "within":
        step["repeat"] = {"over": wrong, "as": wrong, "sample": wrong, "within": wrong}
    elif place == "when":
        step["screen_out"] = {"when": {"all": wrong, "not": wrong, "answers.q": wrong}}
    else:
        step[place] = wrong

    for problem in check_experiment({"slug": "x", "title": "x", "steps": [step]}):
        assert problem.message


@pytest.mark.parametrize("wrong", ANYTHING)
def test_no_document_however_wrong_makes_the_check_stumble(wrong: Json) -> None:
    assert check(wrong)


@pytest.mark.parametrize(
    ("factors", "word"),
    [
        ([["a", "b"], [1, "1"]], "has the level 1 twice"),
        ([list(range(40)), list(range(40))], "more than 1,000 arms"),
        ([list(range(400)), list(range(400))], "160,000 combinations"),
    ],
)
def test_levels_that_cannot_be_combined_are_named_before_anybody_tries(factors: list[list[Json]], word: str) -> None:
    definition: Json = {
        "slug": "x",
        "title": "x",
        "factors": [{"name": f"f{number}", "levels": levels} for number, levels in enumerate(factors)],
        "steps": [{"name": "page", "components": [{"kind": "text"}]}],
    }

    (problem,) = check_experiment(definition)

    assert problem.path == "factors"
    assert word in problem.message
    assert problem.hint
