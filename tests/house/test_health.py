"""/healthz and /readyz tell a load balancer the truth."""

import pytest
from django.test import Client


def test_healthz_answers_without_a_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_readyz_says_ready_when_every_server_answers(client: Client) -> None:
    response = client.get("/readyz")

    assert response.json() == {"ready": True, "database": "ok", "migrations": "ok", "cache": "ok", "broker": "ok"}
    assert response.status_code == 200
