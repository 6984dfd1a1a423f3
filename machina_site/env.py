"""Four typed doors to the environment. An empty variable counts as unset."""

import os

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


def env_str(name: str, default: str) -> str:
    """The variable as it stands, or the default."""
    return os.environ.get(name) or default


def env_int(name: str, default: int) -> int:
    """ImproperlyConfigured names the variable when it is not a whole number."""
    text = env_str(name, str(default))
    try:
        return int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.") from None


def env_bool(name: str, default: bool) -> bool:
    """1, true, yes, on / 0, false, no, off, in any case."""
    text = env_str(name, str(default)).lower()
    if text in TRUE | FALSE:
        return text in TRUE
    raise ImproperlyConfigured(f"{name} must be true or false, not {text!r}.")


def env_list(name: str, default: list[str]) -> list[str]:
    """Comma-separated; blanks round a value and empty values are dropped."""
    values = [value.strip() for value in env_str(name, "").split(",")]
    return [value for value in values if value] or default
