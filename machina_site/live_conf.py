"""The live server: ``gunicorn -c python:machina_site.live_conf machina_site.asgi``. Why it: docs/decisions/0091."""

import os

from machina_site.env import env_int, env_str
from machina_site.gunicorn_conf import logconfig_dict  # noqa: F401 (gunicorn reads it here)
from machina_site.paths import SHARED_MEMORY, VAR

bind = f"{env_str('HOST', '127.0.0.1')}:{env_int('LIVE_PORT', env_int('PORT', 8000) + 1)}"
worker_class = "asgi"
workers = 1  # all subscribers share what was asked of the database
worker_connections = 2_000
graceful_timeout = 1  # a stream never ends by itself; its reader comes back with its cursor
control_socket_disable = True
worker_tmp_dir = str(SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else VAR)
accesslog = None
