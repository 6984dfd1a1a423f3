"""The web server: ``gunicorn -c machina_site/gunicorn_conf.py machina_site.wsgi``. Why it: docs/decisions/0003."""

import gc
import os

from machina_site.env import env_int, env_str
from machina_site.paths import SHARED_MEMORY, VAR

bind = f"{env_str('HOST', '127.0.0.1')}:{env_int('PORT', 8000)}"
worker_class = "gthread"
workers = env_int("WEB_WORKERS", 2)
threads = env_int("WEB_THREADS", 4)
preload_app = True  # imported once, then forked
graceful_timeout = 5
keepalive = 5
control_socket_disable = True
worker_tmp_dir = str(SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else VAR)  # for its heartbeat files
accesslog = None  # RequestLogMiddleware writes the line, without participants' capabilities
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "[%(levelname)s] %(message)s"}},
    "handlers": {"output": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["output"], "level": "INFO"},
    "loggers": {"gunicorn.error": {"handlers": ["output"], "level": "INFO", "propagate": False}},
}


def when_ready(_server: object) -> None:
    """What is loaded before the fork stays: the collector need not look through it, nor copy it into every process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # a request makes a few thousand objects: look after several, not within each
