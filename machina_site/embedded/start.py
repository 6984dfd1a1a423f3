"""Which command needs the servers, and starting them for it."""

from typing import Final

WITHOUT_SERVERS: Final = frozenset(
    {
        "check",
        "check_study",
        "collectstatic",
        "compilemessages",
        "demo",
        "doctor",
        "findstatic",
        "help",
        "makemessages",
        "standin",
        "version",
    }
)


def ensure_for_command(argv: list[str]) -> None:
    """Start the embedded servers unless the command of ``manage.py`` works without them (or looks after them)."""
    command = argv[1] if len(argv) > 1 else "help"
    if command.startswith("-") or command in WITHOUT_SERVERS or {"-h", "--help"} & set(argv):
        return
    ensure_servers()


def ensure_servers() -> None:
    """Start those that settings do not name elsewhere. Running ones are joined. EmbeddedServerError says why not."""
    from django.conf import settings

    if not settings.DATABASE_URL:
        settings.EMBEDDED_POSTGRES.ensure()
    if not settings.REDIS_URL:
        settings.EMBEDDED_VALKEY.ensure()
