"""Settings of the API. `machina_site.settings` takes them over; nothing here imports Django."""

from typing import Final

from machina_site.env import env_int

API_RATE_PER_MINUTE: Final = env_int("API_RATE_PER_MINUTE", 1200)  # requests of one token
API_HOT_RATE_PER_MINUTE: Final = env_int("API_HOT_RATE_PER_MINUTE", 600_000)  # decisions and rewards, each web process
API_LARGEST_BODY: Final = 10 * 1024 * 1024

REST_FRAMEWORK: Final[dict[str, object]] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [  # the first one names the scheme in a 401
        "machina_site.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["machina_site.api.throttles.CallerThrottle"],
    "DEFAULT_PARSER_CLASSES": ["experiments.api.parsers.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["experiments.api.renderers.CompactJsonRenderer"],
    "DEFAULT_SCHEMA_CLASS": "machina_site.api.schema.ProblemAutoSchema",
    "EXCEPTION_HANDLER": "machina_site.api.problems.problem_response",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": "format",
    "UNAUTHENTICATED_TOKEN": None,
}

SPECTACULAR_SETTINGS: Final[dict[str, object]] = {
    "TITLE": "Machina",
    "DESCRIPTION": (
        "Design an experiment, hand out its arms, read its record.\n\n"
        "Send `Authorization: Bearer mch_…` with every request. Errors are problems as in RFC 9457, each explained at "
        "`/api/problems/`. A POST that creates takes an `Idempotency-Key`; sent again with the same key and body it is "
        "answered as before and does nothing. Lists are read page by page: follow `next` until it is null."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False, "displayOperationId": False},
    "TAGS": [
        {"name": "studies", "description": "Projects: members, consent texts, and the whole as one document."},
        {"name": "experiments", "description": "What is compared: definition, life, versions."},
        {"name": "record", "description": "What happened: units, assignments, measurements, events."},
        {"name": "sessions", "description": "People taking part, known by pseudonym only."},
        {"name": "policies", "description": "What decides: switches to another policy, and the kill switch."},
        {"name": "runs", "description": "Computations: batches, their runs, what these say and keep."},
        {"name": "safety", "description": "Behavioural constraints on models, and what was shown of them."},
        {"name": "crowd", "description": "Finding people and paying them: accounts, campaigns, submissions, money."},
        {"name": "results", "description": "Answers to an analysis plan, and what lies behind them."},
        {"name": "methods", "description": "Any method of statistics, on any table."},
        {"name": "exports", "description": "Tables to download."},
    ],
    "ENUM_NAME_OVERRIDES": {
        "ExperimentStatus": "experiments.models.Status",
        "UnitKind": "experiments.models.UnitKind",
        "SessionStatus": "participants.models.Session.Status",
        "RunStatus": "analysis.runs.models.Status",
        "ErrandKind": ["message", "block", "unblock"],
        "ErrandDecision": ["again", "done", "off"],
        "ReviewDecision": ["approve", "soft-reject", "reject", "override", "use"],
    },
}
