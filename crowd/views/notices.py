"""Where platforms tell us unasked. No credentials: what is not signed by them changes nothing."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from crowd.errors import NotGenuine, PlatformUnavailable
from crowd.models import Account
from crowd.services.hearing import hear_topic


@csrf_exempt
@require_POST
def sns(request: HttpRequest, account: uuid.UUID) -> HttpResponse:
    """A message of Amazon SNS to the account's topic."""
    found = get_object_or_404(Account, uuid=account)
    try:
        new = hear_topic(found, request.body, now=timezone.now())
    except NotGenuine as error:
        return JsonResponse({"code": error.code, "detail": error.message, "hint": error.hint}, status=error.status)
    except PlatformUnavailable as error:  # SNS sends it again
        return JsonResponse({"code": error.code, "detail": error.message}, status=503)
    return JsonResponse({"new": new})
