"""Logs: one line each, readable for people, or JSON for a machine.

An exception is its type, its message and where it came from, on the same line: local variables, which may hold a
secret or a worker's id, are never shown.
"""

import re
import traceback
from typing import Final, TextIO, TypedDict

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

Json = dict[str, object]


class StructlogSettings(TypedDict):
    """The arguments of ``structlog.configure``."""

    processors: list[Processor]
    logger_factory: structlog.stdlib.LoggerFactory
    wrapper_class: type[structlog.stdlib.BoundLogger]
    cache_logger_on_first_use: bool


CAPABILITY: Final = re.compile(r"/p/[^/\s?]+")


def without_capability(text: str) -> str:
    """The text without what would let its reader act for a participant: the token in a page's address."""
    return CAPABILITY.sub("/p/…", text)


def hide_capabilities(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Django logs the address of a request that failed, and the request itself."""
    event["event"] = without_capability(str(event.get("event", "")))
    event.pop("request", None)
    return event


def hide_logger_of_requests(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The supervisor's prefix says it already."""
    if event.get("logger") == "web":
        event.pop("logger")
    return event


SHARED: Final[list[Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    hide_capabilities,
]
STRUCTLOG: Final[StructlogSettings] = {
    "processors": [*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    "logger_factory": structlog.stdlib.LoggerFactory(),
    "wrapper_class": structlog.stdlib.BoundLogger,
    "cache_logger_on_first_use": True,
}

FRAMES_SHOWN: Final = 6


def one_line_traceback(output: TextIO, exception: ExcInfo) -> None:
    """``ValueError: text (from services.py:12 in start < views.py:30 in post)``, the innermost place first."""
    kind, error, trace = exception
    frames = reversed(traceback.extract_tb(trace)[-FRAMES_SHOWN:])
    places = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} in {frame.name}" for frame in frames)
    message = " ".join(str(error).split())
    output.write(f" {kind.__name__}: {message} (from {places})")


def _renderers(*, as_json: bool) -> list[Processor]:
    """The last steps: for a machine with the time and the traceback as fields, for people without colours."""
    strip: Processor = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    console = structlog.dev.ConsoleRenderer(
        colors=False, pad_event_to=0, pad_level=False, exception_formatter=one_line_traceback
    )
    if as_json:
        stamp = structlog.processors.TimeStamper(fmt="iso")
        frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        return [strip, stamp, structlog.processors.ExceptionRenderer(frames), structlog.processors.JSONRenderer()]
    return [strip, hide_logger_of_requests, console]


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
            "django.request": {"level": "ERROR"},  # refusals are in the line of the request
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            "celery.redirected": {"level": "WARNING"},
            # A line for each periodic task would drown the rest; rooms log what they did.
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
            "gunicorn.http.wsgi": {"level": "ERROR"},  # warns of every HEAD request
        },
    }
