"""One settings file for every way to run Machina. Each value from outside comes through ``machina_site.env``.

With DATABASE_URL and REDIS_URL unset, the embedded servers under ``var/`` are used. Importing this file only *names*
their sockets; ``manage.py``, ``machina demo`` and the tests start them.
"""

from urllib.parse import urlsplit

import dj_database_url
import structlog
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

from machina_site import console, logs, secret_key
from machina_site.api import settings as api
from machina_site.database_links import noticing_lost_links
from machina_site.embedded import Postgres, Valkey
from machina_site.env import env_bool, env_int, env_list, env_str
from machina_site.paths import BASE, VAR
from machina_site.runs_storage import runs_storage

# --- What an installation decides -------------------------------------------------------------------------------------
DEBUG = env_bool("DEBUG", False)
PORT = env_int("PORT", 8000)
PUBLIC_URL = env_str("PUBLIC_URL", f"http://localhost:{PORT}").rstrip("/")
LIVE_PORT = env_int("LIVE_PORT", PORT + 1)
STANDIN_PORT = env_int("STANDIN_PORT", PORT + 2)
SECRET_KEY = env_str("SECRET_KEY", "") or secret_key.read_or_make(VAR / "secret_key")
SECRET_KEY_FALLBACKS = [*env_list("SECRET_KEY_FALLBACKS", []), *secret_key.read_before(VAR / "secret_key")]
METRICS_TOKEN = env_str("METRICS_TOKEN", "")
FRAME_ANCESTORS = env_list(
    "FRAME_ANCESTORS", [SELF, "https://worker.mturk.com", "https://workersandbox.mturk.com", "https://www.mturk.com"]
)

_public = urlsplit(PUBLIC_URL)
_https = _public.scheme == "https"
LIST_OPEN_STUDIES = env_bool("LIST_OPEN_STUDIES", _public.hostname in ("localhost", "127.0.0.1"))  # on the front page
ALLOWED_HOSTS = [*env_list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"]), _public.hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
# Where /live/ is: the live server's own port, unless a proxy brings both under one address (LIVE_URL=PUBLIC_URL).
LIVE_URL = env_str("LIVE_URL", f"{_public.scheme}://{_public.hostname}:{LIVE_PORT}").rstrip("/")
LIVE_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]  # whose pages may listen with the console's cookie

DATA_FOLDERS = env_list("DATA_FOLDERS", [str(BASE / "examples" / "runs" / "data"), str(VAR / "data")])
ALLOWED_CODE = env_list("ALLOWED_CODE", [])  # packages whose components and functions a document may name by path

# --- Telling people and programs of what is over ----------------------------------------------------------------------
EMAIL_HOST = env_str("EMAIL_HOST", "")
EMAIL_PORT = env_int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env_str("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env_str("EMAIL_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = env_bool("EMAIL_TLS", EMAIL_PORT == 587)
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"  # without EMAIL_HOST nothing is sent: mails are written here
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env_str("EMAIL_FROM", f"machina@{_public.hostname or 'localhost'}")
WEBHOOK_HOSTS = env_list("WEBHOOK_HOSTS", [])  # hosts that are not public, and may be told all the same
WEBHOOK_SECRET = env_str("WEBHOOK_SECRET", "")  # signs what web hooks are sent

# --- Crowd platforms --------------------------------------------------------------------------------------------------
CROWD_LIVE = env_bool("CROWD_LIVE", True)  # 0: platforms' own hosts are never called from here, stand-ins alone
CROWD_STANDIN_HOSTS = env_list("CROWD_STANDIN_HOSTS", [])  # machines beside this one where stand-ins run
# Whether owners of studies may name a stand-in's address themselves: this machine's ports are then theirs to knock at.
CROWD_OPEN_STANDINS = env_bool("CROWD_OPEN_STANDINS", _public.hostname in ("localhost", "127.0.0.1"))

# --- The rooms, the highest step of the staircase first ---------------------------------------------------------------
INSTALLED_APPS = [
    "machina_site.apps.MachinaSiteConfig",
    "crowd.apps.CrowdConfig",
    "participants.apps.ParticipantsConfig",
    "bandits.apps.BanditsConfig",
    "analysis.apps.AnalysisConfig",
    "analysis.assurance.apps.AssuranceConfig",
    "analysis.results.apps.ResultsConfig",
    "analysis.registered.apps.RegisteredConfig",
    "analysis.runs.apps.RunsConfig",
    "analysis.toolbox.apps.ToolboxConfig",
    "experiments.apps.ExperimentsConfig",
    "unfold",  # before django.contrib.admin: its templates win
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
]
MIDDLEWARE = [
    "machina_site.middleware.RequestLogMiddleware",
    "machina_site.middleware.NoNulMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "machina_site.middleware.PagePolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",  # lazy: a participant's page never reads a session
    "django.middleware.locale.LocaleMiddleware",
    "machina_site.console_language.ConsoleLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bandits.web.middleware.BanditsMiddleware",  # costs nothing until a view asks for an arm
]
ROOT_URLCONF = "machina_site.urls"
WSGI_APPLICATION = "machina_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,  # compiled templates are cached, with DEBUG too
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# --- Database, cache, queue -------------------------------------------------------------------------------------------
DATABASE_URL = env_str("DATABASE_URL", "")
REDIS_URL = env_str("REDIS_URL", "")
EMBEDDED_POSTGRES = Postgres(VAR)
EMBEDDED_VALKEY = Valkey(VAR)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASE_POOLED = env_bool("DATABASE_POOLED", False)  # nothing stays with a connection then
_DATABASE = dj_database_url.parse(DATABASE_URL or EMBEDDED_POSTGRES.url())
DATABASES = {
    "default": {
        **_DATABASE,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED,
        "OPTIONS": {**noticing_lost_links(server_too=not DATABASE_POOLED), **_DATABASE.get("OPTIONS", {})},
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL or EMBEDDED_VALKEY.url(db=1),
        "KEY_PREFIX": "machina",
    }
}
CELERY_BROKER_URL = REDIS_URL or EMBEDDED_VALKEY.broker_url(db=0)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,  # above the longest task: a task that runs longer would be started twice
    "unacked_restore_interval": 2,  # these two: a task lost with its worker comes back in seconds, not after 100 s
    "unacked_restore_throttle": 1,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 570
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "analysis.runs.tasks.work": {"queue": "runs"},
    "crowd.tasks.read_account": {"queue": "crowd"},  # these mostly wait for a platform
    "crowd.tasks.carry_out_for": {"queue": "crowd"},
    "crowd.tasks.read_queues": {"queue": "crowd"},
    "crowd.tasks.pay_through": {"queue": "crowd"},
    "crowd.tasks.run_errands_of_all": {"queue": "crowd"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")


def _every(seconds: float, task: str) -> dict[str, object]:
    """A message that no worker took until the next one is dropped: a backlog of sweeps helps nobody."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


CELERY_BEAT_SCHEDULE = {  # a room's periodic task is one line here
    "machina_site.beat_heartbeat": _every(5.0, "machina_site.tasks.beat_heartbeat"),
    "participants.sweep_sessions": _every(15.0, "participants.tasks.sweep_sessions"),
    "bandits.reopen_lapsed": _every(15.0, "bandits.tasks.reopen_lapsed_places"),
    "bandits.fold_rewards": _every(5.0, "bandits.tasks.fold_rewards"),
    "bandits.summarise_learning": _every(5.0, "bandits.tasks.summarise_learning"),
    "bandits.look_after_ramps": _every(5.0, "bandits.tasks.look_after_ramps"),
    "bandits.thin_states": _every(21_600.0, "bandits.tasks.thin_policy_states"),
    "analysis.sweep_exports": _every(60.0, "analysis.tasks.sweep_exports"),
    "results.fold_tallies": _every(5.0, "analysis.results.tasks.fold_tallies"),
    "runs.look_after_runs": _every(5.0, "analysis.runs.tasks.look_after_runs"),
    "runs.sweep_files": _every(3600.0, "analysis.runs.tasks.sweep_files"),
    "runs.tell_hooks": _every(5.0, "analysis.runs.tasks.tell_hooks"),
    "assurance.look_after_tests": _every(15.0, "analysis.assurance.tasks.look_after_tests"),
    "crowd.poll_platforms": _every(5.0, "crowd.tasks.poll_platforms"),
    "crowd.read_queues": _every(15.0, "crowd.tasks.read_queues"),
    "crowd.forget_notices": _every(21_600.0, "crowd.tasks.forget_notices"),
    "crowd.see_to_endings": _every(5.0, "crowd.tasks.see_to_endings"),
    "crowd.keep_lists_of_people": _every(15.0, "crowd.tasks.keep_lists_of_people"),
    "crowd.carry_out_wishes": _every(5.0, "crowd.tasks.carry_out_wishes"),
    "crowd.tend_campaigns": _every(10.0, "crowd.tasks.tend_campaigns"),
    "crowd.run_errands_of_all": _every(10.0, "crowd.tasks.run_errands_of_all"),
    "crowd.erase_what_is_due": _every(3_600.0, "crowd.tasks.erase_what_is_due"),
    "crowd.approve_by_rule": _every(15.0, "crowd.tasks.approve_by_rule"),
    "crowd.settle_money": _every(15.0, "crowd.tasks.settle_money"),
    "crowd.pay_people": _every(5.0, "crowd.tasks.pay_people"),
    "experiments.forget_requests": _every(3600.0, "experiments.tasks.forget_old_requests"),
}

# --- Languages and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("ar", "العربية"),
    ("he", "עברית"),
]
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["machina_site.formats"]
TIME_ZONE = env_str("TIME_ZONE", "UTC")

# --- Files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
MEDIA_URL = "media/"
MEDIA_ROOT = VAR / "media"
STAND_INS_ROOT = VAR / "stand-ins"  # what crowd platforms to rehearse with remember
EXPORTS_ROOT = VAR / "exports"  # downloads made ready; nothing serves this folder but their view
RUN_LEASE = env_int("RUN_LEASE", 30)  # seconds after which a run is taken from a worker that gives no sign
RUNS_ROOT = VAR / "runs"  # checkpoints and artifacts, and the folders of functions
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "participants.static_files.ModuleStorage"},
    "runs": runs_storage(RUNS_ROOT / "kept"),
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- What a browser may do --------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [SELF],
    }
}
# Unfold's Alpine evaluates its attributes, and it writes inline styles; Swagger UI starts from an inline script.
CONSOLE_CONTENT_SECURITY_POLICY = {
    "script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "connect-src": [SELF, LIVE_URL],
}
CONSOLE_PATHS = ("/admin/", "/api/", "/console/")
FRAMED_PATHS = ("/p/", "/s/")  # shown inside a crowd platform's frame
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # wants DENY; the console shows previews of participants' pages in a frame
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("BEHIND_PROXY", False) else None
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https

# --- API --------------------------------------------------------------------------------------------------------------
API_RATE_PER_MINUTE = api.API_RATE_PER_MINUTE
API_HOT_RATE_PER_MINUTE = api.API_HOT_RATE_PER_MINUTE
API_LARGEST_BODY = api.API_LARGEST_BODY
REST_FRAMEWORK = api.REST_FRAMEWORK
SPECTACULAR_SETTINGS = api.SPECTACULAR_SETTINGS

# --- Console ----------------------------------------------------------------------------------------------------------
UNFOLD = console.UNFOLD

# --- Logs: one readable line each; LOG_FORMAT=json for a machine -----------------------------------------------------
LOGGING = logs.logging_settings(level=env_str("LOG_LEVEL", "INFO"), as_json=env_str("LOG_FORMAT", "text") == "json")
structlog.configure(**logs.STRUCTLOG)
