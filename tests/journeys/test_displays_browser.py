"""Every kind of display in a real browser: by mouse and keys, without JavaScript, offline, on a small phone."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from experiments.models import Experiment
from experiments.types import Json, JsonObject
from participants.displays import DISPLAYS
from participants.displays.jspsych import PLUGINS
from participants.displays.samples import SAMPLES
from participants.models import Interaction, Session, Trial
from tests.studies import running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GALLERY = "/participants/gallery/"
ANSWERS: dict[str, Callable[[Page], None]] = {
    "choice": lambda page: page.get_by_label("Model B").check(),
    "likert": lambda page: answer_likert(page),
    "slider": lambda page: page.get_by_role("slider").press("ArrowRight"),
    "number": lambda page: page.get_by_label("fuel economy").fill("24.5"),
    "free_text": lambda page: page.get_by_label("Why did you").fill("Its reasons were closer to mine."),
    "ranking": lambda page: page.get_by_role("button", name="Move up: Safety").press("Enter"),
    "date": lambda page: page.get_by_label("last buy a car").fill("2019-05-31"),
    "pairwise": lambda page: page.get_by_label("I trust Model A more").check(),
    "survey": lambda page: answer_survey(page),
}


def answer_likert(page: Page) -> None:
    for group in page.get_by_role("radiogroup").all():
        group.get_by_role("radio").nth(3).check()


def answer_survey(page: Page) -> None:
    page.get_by_label("Your age").fill("41")
    page.get_by_label("Daily").check()
    page.get_by_label("Neither").check()


def step(kind: str, **changes: Json) -> JsonObject:
    component: dict[str, Json] = {"kind": kind, "props": {**SAMPLES[kind].props}}
    if DISPLAYS[kind].asks:
        component["name"] = kind
    return {"name": kind, "title": SAMPLES[kind].title, "components": [component], **changes}


def study(*kinds: str, **changes: Json) -> Experiment:
    return running(steps=[step(kind, **changes) for kind in kinds], measures=[], debrief="Well **done**.")


def enter(page: Page, experiment: Experiment) -> None:
    page.goto(f"/s/{experiment.slug}/")
    page.get_by_role("button", name="I agree").click()
    expect(page).to_have_url(re.compile("/p/"))


def ready(page: Page) -> None:
    """The page's scripts have started: from here on nothing is lost. (Before, the form is a plain form.)"""
    expect(page.locator("#page-form")).to_have_attribute("data-ready", "yes")


def turn(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def answers(kind: str) -> list[Any]:
    """What was answered on the pages of this kind: JSON of many shapes."""
    trials = Trial.objects.filter(step=kind, outcome=Trial.Outcome.ANSWERED)
    return [cast("dict[str, Any]", trial.answer)[kind] for trial in trials]


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("levels => axe.run(document, {runOnly: levels})", LEVELS)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]


@pytest.fixture
def small_phone(chromium: Browser, live_server: LiveServer) -> BrowserContext:
    """The narrowest screen that WCAG asks for."""
    return chromium.new_context(base_url=live_server.url, viewport={"width": 320, "height": 640})


def test_somebody_answers_every_kind_of_question_and_the_answers_arrive(page: Page) -> None:
    enter(page, study(*ANSWERS))

    for kind, answer in ANSWERS.items():
        expect(page.get_by_role("heading", level=1)).to_have_text(SAMPLES[kind].title)
        answer(page)
        turn(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    expect(page.get_by_text("Well done.")).to_be_visible()
    for kind in ("choice", "number", "free_text", "date"):
        assert answers(kind) == [SAMPLES[kind].answer]
    assert answers("likert") == [{"clear": 4, "useful": 4, "again": 4}]
    assert answers("survey") == [SAMPLES["survey"].answer]
    assert answers("pairwise")[0]["value"] == "model-1"
    assert len(answers("ranking")[0]) == 4


def test_the_same_works_without_javascript(chromium: Browser, live_server: LiveServer) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    enter(page, study(*ANSWERS))

    for kind, answer in ANSWERS.items():
        if kind == "slider":
            page.get_by_label("How confident").fill("51")
        elif kind == "ranking":
            for rank, box in enumerate(page.get_by_role("combobox").all(), start=1):
                box.select_option(str(rank))
        else:
            answer(page)
        turn(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert answers("slider") == [51]
    assert answers("number") == [24.5]
    context.close()


def test_a_missing_answer_is_explained_beside_its_field_and_in_a_summary(page: Page) -> None:
    enter(page, study("likert"))
    page.get_by_role("radio").first.check()

    turn(page)

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(2)
    expect(page.get_by_role("radio").first).to_be_checked()
    summary.get_by_role("link").first.click()
    assert violations(page) == []


def test_a_missed_check_is_explained_and_may_be_tried_again(page: Page) -> None:
    component: JsonObject = {**step("choice")["components"][0], "check": "comprehension", "correct": "b"}  # type: ignore[dict-item, index]  # as made above
    enter(page, study("choice", components=[component], attempts=2))
    ready(page)
    page.get_by_label("Model A").check()

    turn(page)
    expect(page.get_by_role("alert")).to_contain_text("not quite right")
    ready(page)
    assert violations(page) == []
    page.get_by_label("Model B").check()
    turn(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert answers("choice") == ["b"]
    assert Trial.objects.filter(outcome=Trial.Outcome.FAILED).count() == 1


def test_after_a_page_turn_the_heading_has_the_focus(page: Page) -> None:
    enter(page, study("text", "table"))

    turn(page)

    expect(page.get_by_role("heading", level=1, name="Table of features")).to_be_focused()
    turn(page)
    expect(page.get_by_role("heading", level=1, name="Thank you")).to_be_focused()


def test_a_slider_suggests_nothing_until_it_is_touched(page: Page) -> None:
    enter(page, study("slider"))
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", "no answer yet")

    turn(page)
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("slider").press("ArrowRight")
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", "51 %")
    turn(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert answers("slider") == [51]


def test_a_ranking_is_ordered_with_the_keyboard_alone(page: Page) -> None:
    enter(page, study("ranking"))
    ready(page)
    shown = [entry.get_attribute("data-label") or "" for entry in page.locator(".ranking-entry").all()]

    button = page.get_by_role("button", name=f"Move down: {shown[0]}")
    button.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(button).to_be_focused()
    turn(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert answers("ranking") == [[shown[1], shown[2], shown[0], shown[3]]]


def test_a_ranking_is_ordered_by_dragging(page: Page) -> None:
    enter(page, study("ranking"))
    ready(page)
    entries = page.locator(".ranking-entry")
    shown = [entry.get_attribute("data-label") for entry in entries.all()]

    entries.nth(0).locator("label").hover()
    page.mouse.down()
    box = entries.nth(3).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] * 0.8, steps=8)
    page.mouse.up()
    turn(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert answers("ranking") == [[*shown[1:], shown[0]]]


def test_the_field_for_something_else_opens_when_it_is_chosen(page: Page) -> None:
    enter(page, study("choice"))
    field = page.get_by_label("Please say what you mean")
    expect(field).to_be_hidden()

    page.get_by_label("Something else").check()
    field.fill("a bicycle")
    turn(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert answers("choice") == [{"value": "other", "text": "a bicycle"}]


def test_no_more_than_the_most_can_be_chosen(page: Page) -> None:
    props: Json = {"label": "Which?", "options": ["a", "b", "c"], "multiple": True, "max_choices": 2}
    enter(page, study("choice", components=[{"kind": "choice", "name": "choice", "props": props}]))
    ready(page)

    page.get_by_label("a", exact=True).check()
    page.get_by_label("c", exact=True).check()
    expect(page.get_by_label("b", exact=True)).to_be_disabled()
    page.get_by_label("a", exact=True).uncheck()
    expect(page.get_by_label("b", exact=True)).to_be_enabled()
    turn(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert answers("choice") == [["c"]]


def test_a_double_click_answers_one_page(page: Page) -> None:
    enter(page, study("text", "table", "prediction"))
    ready(page)

    page.get_by_role("button", name="Continue").dblclick()

    expect(page.get_by_role("heading", level=1)).to_have_text("Table of features")
    assert Trial.objects.count() == 1


def test_an_answer_given_offline_gets_through_once_and_so_does_what_was_noticed(page: Page) -> None:
    enter(page, study("free_text", "text"))
    ready(page)
    page.context.set_offline(True)
    page.get_by_label("Why did you").press_sequentially("Its reasons convinced me.")
    turn(page)
    expect(page.get_by_role("status").filter(has_text="offline")).to_be_visible()
    assert not Trial.objects.exists()

    page.context.set_offline(False)

    expect(page.get_by_role("heading", level=1)).to_have_text("Text")
    assert answers("free_text") == ["Its reasons convinced me."]
    expect_kinds({"first_input", "keys"})
    assert Interaction.objects.count() == Interaction.objects.values("seq").distinct().count()


def test_a_page_that_the_server_could_not_take_is_sent_again_by_itself(page: Page) -> None:
    enter(page, study("number", "text"))
    ready(page)
    failures = iter([503, 502])

    def flaky(route: Route) -> None:
        status = next(failures, None) if route.request.method == "POST" else None
        route.fulfill(status=status) if status else route.continue_()

    page.route(re.compile("/p/[^/]+/$"), flaky)
    page.get_by_label("fuel economy").fill("12")
    turn(page)
    expect(page.get_by_role("status").filter(has_text="does not answer")).to_be_visible()

    expect(page.get_by_role("heading", level=1)).to_have_text("Text")
    assert answers("number") == [12]


def test_without_storage_everything_is_still_sent_once(page: Page) -> None:
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); }")
    enter(page, study("free_text", "text"))
    ready(page)
    page.get_by_label("Why did you").press_sequentially("Its reasons convinced me.")

    turn(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Text")
    expect_kinds({"first_input", "keys"})


def test_turning_a_page_is_not_taken_for_leaving_it(page: Page) -> None:
    enter(page, study("text", "table"))
    ready(page)

    turn(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Table of features")
    ready(page)
    page.evaluate("window.dispatchEvent(new Event('blur'))")

    expect_kinds({"blur"})
    assert not Interaction.objects.filter(kind="visibility").exists()


def test_what_was_noticed_on_the_last_page_arrives_after_the_end(page: Page) -> None:
    page.add_init_script("navigator.sendBeacon = () => false")
    enter(page, study("free_text"))
    ready(page)
    page.route("**/outbox", lambda route: route.abort())
    page.get_by_label("Why did you").press_sequentially("Its reasons convinced me.")
    turn(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert not Interaction.objects.exists()

    page.unroute("**/outbox")

    expect_kinds({"first_input", "keys"})


def expect_kinds(kinds: set[str]) -> None:
    session = Session.objects.get()
    for _ in range(100):
        found = set(Interaction.objects.filter(session=session).values_list("kind", flat=True))
        if kinds <= found:
            return
        time.sleep(0.1)
    raise AssertionError(f"{kinds} not all among {found}")


def test_client_times_are_told_in_order(page: Page) -> None:
    enter(page, study("number", "text"))
    ready(page)
    page.get_by_label("fuel economy").fill("12")

    turn(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Text")
    client = cast("dict[str, int]", Trial.objects.get(step="number").client)
    assert 0 < client["shown"] <= client["first_action"] <= client["answered"]


def test_when_the_time_is_up_the_page_goes_on_by_itself(page: Page) -> None:
    enter(page, study("number", "text", timeout_seconds=2))
    expect(page.locator("#countdown")).to_contain_text("Time left: 0:0")

    expect(page.get_by_role("heading", level=1)).to_have_text("Text")

    assert Trial.objects.get(step="number").outcome == Trial.Outcome.TIMED_OUT


def test_a_jspsych_task_runs_offline_files_only_and_its_trials_arrive(page: Page) -> None:
    enter(page, study("jspsych", "text"))

    page.get_by_role("button", name="Start").click()
    for key in ("f", "j"):
        expect(page.locator(".jspsych-stage")).to_contain_text("circle" if key == "f" else "square")
        page.keyboard.press(key)

    expect(page.get_by_role("heading", level=1)).to_have_text("Text")
    trials = answers("jspsych")[0]
    assert [trial["correct"] for trial in trials[1:]] == [True, True]
    expect_kinds({"jspsych"})


def test_a_task_may_bring_forms_of_its_own(page: Page) -> None:
    timeline: Json = [
        {"type": "survey-text", "questions": [{"prompt": "Your word?", "name": "word"}]},
        {"type": "survey-multi-choice", "questions": [{"prompt": "Which?", "name": "which", "options": ["u", "v"]}]},
    ]
    props: Json = {"label": "A task", "timeline": timeline}
    enter(page, study("jspsych", components=[{"kind": "jspsych", "name": "jspsych", "props": props}]))

    page.locator(".jspsych-stage input[type=text]").fill("hello")
    page.locator(".jspsych-stage").get_by_role("button").click()
    page.get_by_label("v", exact=True).check()
    page.locator(".jspsych-stage").get_by_role("button").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    (trials,) = answers("jspsych")
    assert [trial["response"] for trial in trials] == [{"word": "hello"}, {"which": "v"}]


def test_every_shipped_plugin_is_found_by_its_name(page: Page, settings: Settings) -> None:
    settings.DEBUG = True
    page.goto(f"{GALLERY}text/")

    for name in ("jspsych", *(f"plugin-{name}" for name in PLUGINS)):
        page.add_script_tag(url=f"/static/vendor/jspsych/{name}.min.js")

    for name in PLUGINS:
        camel = "jsPsych" + "".join(word.capitalize() for word in name.split("-"))
        assert page.evaluate("name => typeof window[name]", camel) == "function", name


def test_a_participant_reads_every_word_of_ours_in_their_language(page: Page) -> None:
    experiment = study("number")
    experiment.study.languages = ["en", "ar"]
    experiment.study.save(update_fields=["languages"])
    page.goto(f"/s/{experiment.slug}/?lang=ar")
    page.get_by_role("button", name="أوافق وأشارك").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("html")).to_have_attribute("lang", "ar")

    page.get_by_role("button", name="متابعة").click()

    expect(page.get_by_role("alert")).to_contain_text("يرجى الإجابة عن هذا السؤال.")
    page.get_by_role("textbox").fill("\u0662\u0664\u066b\u0665")
    page.get_by_role("button", name="متابعة").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("شكرًا لك")
    assert answers("number") == [24.5]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", sorted(DISPLAYS))
def test_no_accessibility_rule_is_broken(
    kind: str, scheme: str, chromium: Browser, live_server: LiveServer, settings: Settings
) -> None:
    settings.DEBUG = True
    context = chromium.new_context(base_url=live_server.url, color_scheme=scheme)  # type: ignore[arg-type]  # one of two
    page = context.new_page()

    for state in ("empty", "answered", "wrong") if DISPLAYS[kind].asks else ("empty",):
        page.goto(f"{GALLERY}{kind}/?state={state}")
        assert violations(page) == [], state
    context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_scrolls_sideways_on_the_smallest_phone(
    language: str, small_phone: BrowserContext, settings: Settings
) -> None:
    settings.DEBUG = True
    page = small_phone.new_page()

    for kind in DISPLAYS:
        page.goto(f"{GALLERY}{kind}/?language={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, kind
    small_phone.close()


def test_the_pages_round_the_study_break_no_accessibility_rule(page: Page) -> None:
    experiment = study("text")
    page.goto(f"/s/{experiment.slug}/")
    assert violations(page) == []

    page.get_by_role("button", name="I agree").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Text")
    assert violations(page) == []
    page.get_by_role("link", name="Stop taking part").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stop taking part")
    assert violations(page) == []
    page.get_by_role("link", name="Go back").click()
    turn(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert violations(page) == []
    page.goto("/s/nothing-here/")


def test_every_target_is_large_enough_to_touch(small_phone: BrowserContext, settings: Settings) -> None:
    settings.DEBUG = True
    page = small_phone.new_page()
    small = """() => [...document.querySelectorAll(
        'main button, main select, main input[type=text], main textarea, main .option, main .point')]
        .filter(element => element.offsetParent && element.getBoundingClientRect().height < 43.5)
        .map(element => element.outerHTML.slice(0, 120))"""

    for kind in DISPLAYS:
        if kind != "jspsych":  # its buttons are the plugin's
            page.goto(f"{GALLERY}{kind}/")
            assert page.evaluate(small) == [], kind
    small_phone.close()
