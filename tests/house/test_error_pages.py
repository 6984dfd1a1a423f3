"""Whatever goes wrong, a person gets a page that says so and what to do, with the strict policy and no inner detail."""

from collections.abc import Callable
from typing import Final

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation
from django.views import defaults
from django.views.csrf import csrf_failure


def test_an_unknown_address_gets_a_friendly_page(client: Client) -> None:
    response = client.get("/no/such/place")

    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()
    assert "'unsafe-inline'" not in response["Content-Security-Policy"]


def test_it_speaks_the_reader_s_language(client: Client) -> None:
    with translation.override("en"):  # so that the next test does not read Hebrew
        page = client.get("/no/such/place", headers={"Accept-Language": "he"}).content.decode()

    assert '<html lang="he" dir="rtl">' in page
    assert "אין כאן דבר" in page
    assert "There is nothing here" not in page


SENTENCES: Final[dict[str, Callable[[HttpRequest], HttpResponse]]] = {
    "Your browser sent something": lambda request: defaults.bad_request(request, ValueError("inner detail")),
    "You may lack a right here": lambda request: defaults.permission_denied(request, PermissionError("inner detail")),
    "This page was open for too long": lambda request: csrf_failure(request, "inner detail"),
    "It is not your doing": defaults.server_error,
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_failure_has_its_sentence_and_shows_no_inner_detail(sentence: str) -> None:
    page = SENTENCES[sentence](RequestFactory().get("/p/token/")).content.decode()

    assert sentence in page
    assert "inner detail" not in page
