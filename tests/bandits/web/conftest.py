"""A shop with two experiments, and visitors of it."""

from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django.fixtures import Settings

from bandits.web.deciding import _LAST_CONTROL
from bandits.web.declared import DECLARED
from bandits.web.values import CALLABLES
from experiments.models import Experiment
from experiments.types import Json
from tests.factories import make_experiment
from tests.learners import PRIMARY

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


THOMPSON: Json = {"policy": "thompson_bernoulli"}
PAIR: Json = ["green", "red"]


def make_trial(slug: str = "color", levels: Json = PAIR, *, status: str = "running", **entries: Json) -> Experiment:
    """A running experiment on visitors; the first level is the control, as it is the first arm."""
    factors: Json = [{"name": "it", "levels": levels}] if levels else []
    said: dict[str, Json] = {
        "unit_kind": "visitor",
        "steps": [],
        "measures": PRIMARY,
        "allocation": THOMPSON,
        **entries,
    }
    return make_experiment(None, slug=slug, status=status, **{"factors": factors, **said})


@pytest.fixture(autouse=True)
def shop(settings: Settings) -> Iterator[None]:
    """Its addresses, and a process that has seen and declared nothing yet, and forgets it afterwards."""
    settings.ROOT_URLCONF = "tests.bandits.web.shop"
    registered = dict(CALLABLES)
    DECLARED.clear()
    _LAST_CONTROL.clear()
    yield
    DECLARED.clear()
    _LAST_CONTROL.clear()
    CALLABLES.clear()
    CALLABLES.update(registered)


@pytest.fixture
def color(db: None) -> Experiment:
    return make_trial()


@pytest.fixture
def text(db: None) -> Experiment:
    return make_trial("button-text", ["Buy", "Buy now"])


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"user-agent": BROWSER})


@pytest.fixture
def refuse_queries(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it: from then on the database is away."""

    def leave() -> None:
        def refuse(*_arguments: object, **_options: object) -> None:
            raise OperationalError("connection refused")

        monkeypatch.setattr(connection, "cursor", refuse)
        monkeypatch.setattr(connection, "set_autocommit", refuse)

    return leave
