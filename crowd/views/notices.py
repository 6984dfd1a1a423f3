"""Where platforms tell us unasked. No credentials: what is not signed by them changes nothing."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from crowd.errors import PlatformUnavailable
from crowd.models import Account
from crowd.services.hearing import LONGEST as TOPIC_MOST
from crowd.services.hearing import hear_topic
from crowd.services.hearing_webhooks import LONGEST as HOOK_MOST
from crowd.services.hearing_webhooks import Signed, hear_webhook
from experiments.errors import Refusal


@csrf_exempt
@require_POST
def sns(request: HttpRequest, account: uuid.UUID) -> HttpResponse:
    """A message of Amazon SNS to the account's topic."""
    found = get_object_or_404(Account, uuid=account)
    try:
        new = hear_topic(found, request.read(TOPIC_MOST + 1), now=timezone.now())
    except Refusal as error:
        return _refused(error)
    except PlatformUnavailable as error:  # SNS sends it again
        return JsonResponse({"code": error.code, "detail": error.message}, status=503)
    return JsonResponse({"new": new})


@csrf_exempt
@require_POST
def prolific(request: HttpRequest, account: uuid.UUID) -> HttpResponse:
    """An event of Prolific's, for the account's workspace."""
    found = get_object_or_404(Account, uuid=account, platform="prolific")
    said = request.headers
    signed = Signed(
        body=request.read(HOOK_MOST + 1),
        event=said.get("X-Event-ID", ""),
        stamp=said.get("X-Prolific-Request-Timestamp", ""),
        signature=said.get("X-Prolific-Request-Signature", ""),
    )
    try:
        return JsonResponse({"new": hear_webhook(found, signed, now=timezone.now())})
    except Refusal as error:
        return _refused(error)


def _refused(error: Refusal) -> JsonResponse:
    return JsonResponse({"code": error.code, "detail": error.message, "hint": error.hint}, status=error.status)
