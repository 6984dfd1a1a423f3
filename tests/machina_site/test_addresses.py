"""Made-up addresses of the console end in a 4xx."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/admin/participants/session/?status__exact=%00",
        "/admin/experiments/event/?q=%00",
        "/console/experiments/x/monitor/?a=%00",
    ],
)
def test_a_nul_in_an_address_is_refused(admin_client: Client, path: str) -> None:
    assert admin_client.get(path).status_code == 400
