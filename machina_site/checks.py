"""Misconfiguration is a system check with a hint."""

from typing import Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

SHORTEST_KEY: Final = 40
FEWEST_CHARACTERS: Final = 8


@register(Tags.security)
def secret_key_is_strong(**_options: object) -> list[CheckMessage]:
    """A weak key is an error outside DEBUG: it signs the participants' capabilities."""
    key = settings.SECRET_KEY
    is_strong = len(key) >= SHORTEST_KEY and len(set(key)) >= FEWEST_CHARACTERS and "insecure" not in key
    if settings.DEBUG or is_strong:
        return []
    hint = "Unset SECRET_KEY to have one made under var/, or set it to 50 random characters."
    return [Error("SECRET_KEY is too weak to sign anything.", hint=hint, id="machina.E001")]


@register()
def database_is_postgres(**_options: object) -> list[CheckMessage]:
    """The promises rest on PostgreSQL."""
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        return []
    hint = "Set DATABASE_URL=postgres://user:password@host/name, or unset it to use the embedded server."
    return [Error("Machina needs PostgreSQL.", hint=hint, id="machina.E002")]
