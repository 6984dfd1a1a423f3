"""Mail programs and previews open every link they find. Looking changes nothing."""

import pytest
from django.apps import apps
from django.test import Client

from experiments.models import Experiment
from participants.capability import token_of
from participants.models import Session
from tests.studies import enter_session, running

pytestmark = pytest.mark.django_db

ADDRESSES = ("/s/{slug}/", "/s/{slug}/?participant=me&lang=en", "/s/{slug}/?decision=decline")
PAGES = (
    "/p/{token}/",
    "/p/{token}/withdraw",
    "/p/{token}/resume",
    "/p/{token}/end",
    "/p/{token}/heartbeat",
    "/p/{token}/outbox",
)


def everything() -> dict[str, list[object]]:
    """Every row of the rooms that hold studies and people."""
    models = [
        model
        for room in ("experiments", "bandits", "participants", "crowd")
        for model in apps.get_app_config(room).get_models()
    ]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


@pytest.fixture
def experiment() -> Experiment:
    return running()


@pytest.fixture
def session(experiment: Experiment) -> Session:
    return enter_session(experiment)


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("address", ADDRESSES + PAGES)
def test_looking_changes_nothing(
    client: Client, experiment: Experiment, session: Session, address: str, method: str
) -> None:
    before = everything()

    for _ in range(3):
        response = getattr(client, method)(address.format(slug=experiment.slug, token=token_of(session.uuid)))
        assert response.status_code in (200, 405)

    assert everything() == before
