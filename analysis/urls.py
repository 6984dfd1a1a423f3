"""Pages of this room."""

from django.urls import include, path

from analysis.views import downloads

app_name = "analysis"
urlpatterns = [
    path("", include("analysis.runs.designer.urls")),
    path("console/experiments/<slug:slug>/downloads/", downloads.downloads, name="downloads"),
    path("console/experiments/<slug:slug>/downloads/stream/", downloads.stream, name="stream"),
    path("console/experiments/<slug:slug>/downloads/prepare/", downloads.prepare, name="prepare"),
    path("console/experiments/<slug:slug>/downloads/prepared/", downloads.prepared, name="prepared"),
    path("console/experiments/<slug:slug>/downloads/<uuid:export>/", downloads.file, name="file"),
]
