"""What researchers write cannot harm a participant, and what Machina writes speaks their language."""

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.pofile import read_po
from django.test import RequestFactory
from django.utils import translation
from pytest_django.fixtures import Settings

from machina_site import settings as settings_module
from participants.displays import DISPLAYS, AnswerError, Question, parse
from participants.displays.samples import SAMPLES
from participants.markdown import clean_task, inline_markdown, markdown
from participants.rendering import error_entries, messages_of, page_files, render_display, show_value
from participants.views.gallery import gallery

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "participants" / "static"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<b onclick="alert(1)">x</b>',
        "[click](javascript:alert(1))",
        "![spy](https://elsewhere.example/pixel.gif)",
        '<img src="//elsewhere.example/pixel.gif">',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        '<iframe src="https://elsewhere.example"></iframe>',
        '<p style="position:fixed">x</p>',
        '<form action="https://elsewhere.example"><input name="q"></form>',
        '<svg onload="alert(1)"></svg>',
    ],
)
def test_markdown_lets_nothing_dangerous_or_foreign_through(text: str) -> None:
    for html in (markdown(text), inline_markdown(text)):
        assert not re.search(
            r"<(script|iframe|svg|form|style)|\son\w+=|style=|href=.javascript:|src=|href=.data:", html
        )


def test_markdown_keeps_what_researchers_need() -> None:
    html = markdown(
        "# Title\n\n**bold** [a link](https://example.org)\n\n![plot](demo/plot.png)\n\n|a|b|\n|-|-|\n|1|2|"
    )

    assert "<h2>Title</h2>" in html
    assert "<strong>bold</strong>" in html
    assert 'rel="noopener noreferrer"' in html
    assert 'src="/static/demo/plot.png"' in html
    assert "<td>2</td>" in html


def test_a_task_may_hold_a_form_but_no_script() -> None:
    html = clean_task(
        '<input name="q" required onfocus="x()"><script>x()</script><img src="https://elsewhere.example/p">'
    )

    assert '<input name="q" required="">' in html
    assert "script" not in html
    assert "elsewhere" not in html


def test_text_that_looks_like_html_is_shown_as_text() -> None:
    table = parse("table", {"rows": [{"name": "<b>x</b>", "value": "<script>alert(1)</script>"}]})

    assert "<script" not in render_display(table)
    assert "<b>x" not in render_display(table)


@pytest.mark.parametrize("kind", sorted(DISPLAYS))
def test_no_page_has_inline_scripts_styles_or_handlers(kind: str, rf: RequestFactory, settings: Settings) -> None:
    settings.DEBUG = True
    html = gallery(rf.get("/", {"state": "wrong"}), kind).content.decode()

    assert not re.search(r"<script(?![^>]*(?:src=|application/json))", html)
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", html)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//(?!example\.org)", html)


def test_the_gallery_is_no_crash_in_a_language_that_nobody_knows(rf: RequestFactory, settings: Settings) -> None:
    settings.DEBUG = True

    assert gallery(rf.get("/", {"language": "xx"}), "text").status_code == 200


@pytest.mark.parametrize("kind", sorted(DISPLAYS))
def test_every_script_and_style_of_a_kind_ships(kind: str) -> None:
    class Only:
        display = parse(kind, SAMPLES[kind].props, name="q")

    files = page_files([Only()], "scripts") + page_files([Only()], "styles")

    assert [path for path in files if not (STATIC / path).is_file()] == []


def test_every_plugin_of_the_allow_list_ships() -> None:
    from participants.displays.jspsych import PLUGINS

    shipped = {path.name for path in (STATIC / "vendor" / "jspsych").glob("plugin-*.min.js")}

    assert shipped == {f"plugin-{name}.min.js" for name in PLUGINS}


def test_vendored_files_are_what_they_were() -> None:
    subprocess.run([ROOT / "scripts" / "vendor", "--check"], check=True, capture_output=True)


def test_no_sentence_lacks_a_translation() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "scripts" / "messages.py", "--check"], capture_output=True, text=True, check=False
    )

    assert checked.stdout == ""
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("language", [code for code, _ in settings_module.LANGUAGES if code != "en"])
def test_a_translation_keeps_the_places_of_its_sentence(language: str) -> None:
    place = re.compile(r"%\(\w+\)s|\{\w\}")
    with (ROOT / "participants" / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as opened:
        catalog = read_po(opened, locale=language)

    for message in catalog:
        texts = message.string if isinstance(message.string, list | tuple) else [message.string]
        source = message.id[-1] if isinstance(message.id, list | tuple) else message.id
        assert [
            text for text in texts if message.id and set(place.findall(str(text))) != set(place.findall(source))
        ] == []


def test_the_summary_of_errors_makes_sense_read_alone() -> None:
    grid = parse("likert", SAMPLES["likert"].props, name="grid")
    form = parse("survey", SAMPLES["survey"].props, name="form")
    shown = []
    for display in (grid, form):
        assert isinstance(display, Question)
        with pytest.raises(AnswerError) as refused:
            display.read({"grid.clear": ["1"], "form.age": ["3"]}, name=display.name, required=True)
        shown.append(SimpleNamespace(name=display.name, display=display, error=refused.value))

    entries = error_entries(shown)

    assert [entry.label for entry in entries[:2]] == [
        "The explanation helped me to decide.",
        "I would like to see such explanations again.",
    ]
    assert entries[2].field_id == "f-form.age"
    assert (entries[2].label, entries[2].message) == ("Your age", "Please enter 18 or more.")


def test_a_refusal_speaks_the_participants_language() -> None:
    asked = parse("number", {"label": "?", "max": 10}, name="q")
    assert isinstance(asked, Question)
    with pytest.raises(AnswerError) as refused:
        asked.read({"q": ["11"]}, name="q", required=True)

    with translation.override("de"):
        assert messages_of(refused.value, "q") == {"q": "Bitte geben Sie 10 oder weniger ein."}
    with translation.override("ar"):
        assert "10" in messages_of(refused.value, "q")["q"]
        assert "Please" not in messages_of(refused.value, "q")["q"]


@pytest.mark.parametrize(
    ("value", "decimals", "language", "shown"),
    [
        (1978, None, "en", "1978"),
        (21.0, None, "en", "21"),
        (1234567, None, "en", "1,234,567"),
        (-0.5, 2, "en", "\u22120.50"),
        (2.5, 1, "de", "2,5"),
        (None, None, "en", "\u2013"),
        (True, None, "de", "ja"),
        (-0.001, 2, "en", "0.00"),
    ],
)
def test_values_are_shown_as_people_write_them(value: object, decimals: int | None, language: str, shown: str) -> None:
    with translation.override(language):
        assert show_value(value, decimals) == shown
