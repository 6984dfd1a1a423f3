"""Pages of this room."""

from django.urls import path

from analysis.toolbox.views import methods

app_name = "toolbox"
urlpatterns = [
    path("console/methods/", methods.methods, name="methods"),
    path("console/methods/<str:key>/", methods.method, name="method"),
]
