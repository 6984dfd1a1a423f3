"""/metrics is for this machine, or for holders of the token."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings


def test_it_counts_requests_by_route(client: Client) -> None:
    client.get("/healthz")

    assert 'machina_requests_total{method="GET",status="200",view="healthz"}' in client.get("/metrics").content.decode()


def test_made_up_methods_are_counted_as_one(client: Client) -> None:
    for number in range(3):
        client.generic(f"MADEUP{number}", "/healthz")

    text = client.get("/metrics").content.decode()
    assert "MADEUP" not in text
    assert 'method="other"' in text


@pytest.mark.parametrize("headers", [{"REMOTE_ADDR": "203.0.113.9"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}])
def test_without_a_token_no_other_machine_may_read_it(client: Client, headers: dict[str, str]) -> None:
    assert client.get("/metrics", **headers).status_code == 403  # type: ignore[arg-type]  # WSGI names, not headers


@pytest.mark.parametrize(("given", "status"), [("Bearer right", 200), ("Bearer wrong", 403), ("", 403), ("ÿ", 403)])
def test_with_a_token_only_its_holders_may(client: Client, settings: Settings, given: str, status: int) -> None:
    settings.METRICS_TOKEN = "right"

    assert client.get("/metrics", headers={"Authorization": given}).status_code == status
