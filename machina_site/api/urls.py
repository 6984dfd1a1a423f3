"""/api/: each room's own addresses below /api/v1/, the documentation, and what problems mean."""

from django.urls import include, path
from drf_spectacular.views import SpectacularSwaggerView

from machina_site.api.catalogue import ProblemListView, ProblemView
from machina_site.api.document import schema
from machina_site.api.root import NowhereView, RootView

urlpatterns = [
    path("schema/", schema, name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("problems/", ProblemListView.as_view(), name="problems"),
    path("problems/<slug:code>/", ProblemView.as_view(), name="problem"),
    path("v1/", RootView.as_view(), name="api-root"),
    path("v1/", include(("experiments.api.urls", "experiments-api"))),
    path("v1/", include(("analysis.api.urls", "analysis-api"))),
    path("v1/", include(("analysis.runs.api.urls", "runs-api"))),
    path("v1/", include(("analysis.assurance.api.urls", "assurance-api"))),
    path("v1/", include(("analysis.results.api.urls", "results-api"))),
    path("v1/", include(("analysis.registered.api.urls", "registered-api"))),
    path("v1/", include(("analysis.toolbox.api.urls", "toolbox-api"))),
    path("v1/", include(("bandits.api.urls", "bandits-api"))),
    path("v1/", include(("participants.api.urls", "participants-api"))),
    path("v1/", include(("crowd.api.urls", "crowd-api"))),
    path("v1/", include(("machina_site.planning.api.urls", "planning-api"))),
    path("<path:rest>", NowhereView.as_view(), name="nowhere"),
]
