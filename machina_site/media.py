"""Pictures and sounds that a researcher put below `var/media`: served as they are, and able to do nothing."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"  # a drawing's own styles; never its scripts


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """The file, or 404; no listing of folders, nothing outside of MEDIA_ROOT."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response["Cache-Control"] = "public, max-age=3600"
    response["Content-Security-Policy"] = POLICY
    return response
