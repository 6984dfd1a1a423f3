"""`Authorization: Bearer mch_…`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from experiments.models import ApiToken
from experiments.services.tokens import find_token

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class TokenAuthentication(BaseAuthentication):
    """The token's user, with the token as `request.auth`. Another scheme is left to others; a bad token is a 401."""

    scheme = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Look the secret up by its digest."""
        words = get_authorization_header(request).decode("latin-1").split()
        if not words or words[0].lower() != self.scheme.lower():
            return None
        token = find_token(words[1], now=timezone.now()) if len(words) == 2 else None
        if token is None:
            raise AuthenticationFailed("This token is unknown, expired or revoked.", code="bad-token")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return f'{self.scheme} realm="machina"'
