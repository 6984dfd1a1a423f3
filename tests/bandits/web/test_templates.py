"""Arms in templates."""

import pytest
from django.template import TemplateSyntaxError, engines
from django.test import Client

from bandits.models import Decision
from experiments.models import Experiment
from tests.bandits.web.conftest import make_trial

pytestmark = pytest.mark.django_db


def shown(visitor: Client, text: str) -> str:
    return visitor.get("/template/", {"text": text}).content.decode()


def test_the_tag_writes_the_same_arm_as_the_view_gets_and_remembers_the_visitor(
    visitor: Client, color: Experiment
) -> None:
    first = visitor.get("/template/", {"text": "{% arm 'color' %}"})

    assert "bandits" in first.cookies
    assert first.content.decode() == visitor.get("/inline/").json()["color"]
    assert Decision.objects.count() == 1


def test_it_can_be_kept_in_a_variable(visitor: Client, color: Experiment) -> None:
    assert shown(visitor, "{% arm 'color' as c %}[{{ c }}]") == f"[{visitor.get('/inline/').json()['color']}]"


def test_a_block_is_shown_to_its_arms_alone(color: Experiment) -> None:
    text = "{% ifarm 'color' 'green' %}G{% else %}R{% endifarm %}{% ifarm 'color' 'red' %}R{% endifarm %}"
    seen = set()
    for _ in range(12):
        visitor = Client()
        color_of = visitor.get("/inline/").json()["color"]
        seen.add((color_of, shown(visitor, text)))

    assert seen == {("green", "G"), ("red", "RR")}


def test_what_an_arm_says_is_escaped(visitor: Client) -> None:
    make_trial(levels=None, arms=[{"name": "a", "levels": {}, "payload": {"value": "<script>"}}])

    assert shown(visitor, "{% arm 'color' %}") == "&lt;script&gt;"


def test_a_template_for_no_request_shows_the_control(color: Experiment) -> None:
    template = engines["django"].from_string("{% load bandits %}{% arm 'color' %}")
    Client().get("/inline/")

    assert template.render({}) == "green"


@pytest.mark.parametrize("text", ["{% ifarm %}{% endifarm %}", "{% ifarm 'color' %}{% endifarm %}", "{% arm %}"])
def test_a_tag_without_its_words_is_said_when_the_template_is_read(text: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        engines["django"].from_string("{% load bandits %}" + text)
