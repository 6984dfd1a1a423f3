"""What would surprise at run time is said when the project starts."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.http import HttpRequest, HttpResponse
from pytest_django.fixtures import Settings

from bandits.web import choose_arm, naming
from bandits.web.checks import code_fits_together, experiments_named_in_code_exist
from bandits.web.declared import experiment
from experiments.models import Experiment
from tests.bandits.web.conftest import make_trial

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the modules of the tests have named is not this project's, whichever test loads them first."""
    import_module(settings.ROOT_URLCONF)
    monkeypatch.setattr(naming, "NAMED", {})
    monkeypatch.setattr("bandits.web.checks.NAMED", naming.NAMED)
    monkeypatch.setattr(naming, "MISFITS", [])
    monkeypatch.setattr("bandits.web.checks.MISFITS", naming.MISFITS)


def named_by_a_view(slug: str) -> None:
    @choose_arm(slug, keyword="it")
    def view(request: HttpRequest, it: object) -> HttpResponse:
        return HttpResponse()


def ids(messages: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in messages]


def test_a_name_that_no_experiment_has_is_an_error_with_the_nearest_one() -> None:
    make_trial("button-color")
    named_by_a_view("buton-color")
    named_by_a_view("button-color")

    (found,) = experiments_named_in_code_exist()
    assert isinstance(found, Error)
    assert (found.id, "buton-color" in found.msg, "test_checks" in found.msg) == ("bandits.E001", True, True)
    assert "Did you mean “button-color”?" in str(found.hint)


def test_while_migrating_it_is_a_warning_since_there_can_be_no_experiment_yet() -> None:
    named_by_a_view("color")

    (found,) = experiments_named_in_code_exist(databases=["default"])
    assert isinstance(found, Warning)


def test_the_command_check_refuses_it() -> None:
    named_by_a_view("color")

    with pytest.raises(SystemCheckError, match=r"bandits\.E001"):
        call_command("check", "--tag", "bandits")


def test_an_experiment_that_the_code_declares_is_known_and_not_yet_in_the_database() -> None:
    experiment("color", arms=["green", "red"])
    named_by_a_view("color")

    assert ids(experiments_named_in_code_exist()) == ["bandits.W002"]
    call_command("sync_experiments", verbosity=0)
    assert experiments_named_in_code_exist() == []


def test_a_view_that_does_not_take_the_arm_is_an_error() -> None:
    @choose_arm("button-color")
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    (found,) = code_fits_together()
    assert (found.id, "button_color" in found.msg) == ("bandits.E002", True)


def test_a_name_that_can_be_no_keyword_argument_is_an_error() -> None:
    @choose_arm("2026-offer")
    def view(request: HttpRequest, **arms: object) -> HttpResponse:
        return HttpResponse()

    assert ids(code_fits_together()) == ["bandits.E002"]


def test_without_the_middleware_it_is_an_error(settings: Settings) -> None:
    named_by_a_view("color")
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "bandits" not in each]

    assert ids(code_fits_together()) == ["bandits.E003"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"COOKIE_NAM": "x"}, "Did you mean 'COOKIE_NAME'?"),
        ({"cookie_name": "x"}, "Did you mean 'COOKIE_NAME'?"),
        ({"VISITOR": "nowhere.at_all"}, "nowhere"),
        ({"VISITOR": "tests.bandits.web.conftest.BROWSER"}, "cannot be called"),
        ({"BOTS": "("}, "no regular expression"),
        ({"COOKIE_SAMESITE": None}, "Lax, Strict or None"),
    ],
)
def test_a_setting_that_means_nothing_is_an_error(settings: Settings, entry: dict[str, object], said: str) -> None:
    settings.BANDITS = entry

    (found,) = code_fits_together()
    assert (found.id, said in found.msg) == ("bandits.E004", True)


def test_a_declaration_that_cannot_be_run_is_an_error() -> None:
    experiment("color", arms=["green", "red"], policy="thomson")

    assert "bandits.E005" in ids(code_fits_together())


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("page.html", '{% arm "color" %}', True),
        ("page.html", "{% ifarm 'color' 'green' %}", True),
        ("views.py", 'def view(request):\n    return request.bandits.choose("color")\n', True),
        ("views.py", 'async def view(request):\n    await request.bandits.areward("color", 2)\n', True),
        ("views.py", '# request.bandits.choose("color")\n', False),
        ("views.py", '"""request.bandits.choose("color")"""\n', False),
        ("views.py", "this is no Python: bandits.(", False),
        ("page.html", "color", False),
    ],
)
def test_templates_and_inline_calls_are_read_too(
    settings: Settings, tmp_path: Path, name: str, text: str, found: bool
) -> None:
    (tmp_path / name).write_text(text)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

    assert ids(experiments_named_in_code_exist()) == (["bandits.E001"] if found else [])


def test_a_database_that_is_away_keeps_nobody_from_starting(
    monkeypatch: pytest.MonkeyPatch, refuse_queries: Callable[[], None]
) -> None:
    named_by_a_view("color")
    refuse_queries()

    assert experiments_named_in_code_exist() == []
    monkeypatch.undo()
    assert not Experiment.objects.exists()
