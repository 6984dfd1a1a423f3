"""Logs: one line each, readable for people, or JSON for a machine. No secret, worker id or traceback text is added here."""

from typing import Final, TypedDict

import structlog
from structlog.typing import Processor

Json = dict[str, object]


class StructlogSettings(TypedDict):
    """The arguments of ``structlog.configure``."""

    processors: list[Processor]
    logger_factory: structlog.stdlib.LoggerFactory
    wrapper_class: type[structlog.stdlib.BoundLogger]
    cache_logger_on_first_use: bool


SHARED: Final[list[Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
]
STRUCTLOG: Final[StructlogSettings] = {
    "processors": [*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    "logger_factory": structlog.stdlib.LoggerFactory(),
    "wrapper_class": structlog.stdlib.BoundLogger,
    "cache_logger_on_first_use": True,
}


def _renderers(*, as_json: bool) -> list[Processor]:
    """The last steps: for a machine with the time and the traceback as fields, for people without colours."""
    strip: Processor = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if as_json:
        stamp = structlog.processors.TimeStamper(fmt="iso")
        return [strip, stamp, structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
    return [strip, structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, pad_level=False)]


def logging_settings(*, level: str, as_json: bool) -> Json:
    """Django's LOGGING: everything to standard output through structlog."""
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": _renderers(as_json=as_json),
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"output": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["output"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            "celery.redirected": {"level": "WARNING"},
        },
    }
