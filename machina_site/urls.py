"""Every door of the house. A room's doors are in its own ``urls.py``."""

from django.contrib import admin
from django.urls import include, path

from machina_site.health import healthz, readyz
from machina_site.home.views import home
from machina_site.media import media
from machina_site.metrics import metrics

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("", home, name="home"),
    path("", include("participants.urls")),
    path("console/", include("machina_site.monitor.urls")),
    path("console/", include("machina_site.in_your_app.urls")),
    path("console/", include("machina_site.preview.urls")),
    path("console/", include("machina_site.trying.urls")),
    path("console/", include("machina_site.planning.urls")),
    path("console/", include("machina_site.stimuli.urls")),
    path("", include("analysis.urls")),
    path("", include("analysis.runs.urls")),
    path("", include("analysis.assurance.urls")),
    path("", include("analysis.results.urls")),
    path("", include("analysis.registered.urls")),
    path("", include("analysis.toolbox.urls")),
    path("", include("bandits.urls")),
    path("", include("crowd.urls")),
    path("media/<path:path>", media, name="media"),
    path("admin/", admin.site.urls),
    path("api/", include("machina_site.api.urls")),
]
