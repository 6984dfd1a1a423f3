"""What a project may say about its visitors."""

from django.http import HttpRequest

from experiments.types import JsonObject


def account_of(request: HttpRequest) -> str:
    return request.headers.get("X-Account", "")


def has_consented(request: HttpRequest) -> bool:
    return request.headers.get("X-Consent") == "yes"


def known_about(request: HttpRequest) -> JsonObject:
    return {"country": request.headers.get("X-Country", "")}
