"""For the staff, and of them for members of the study who may see single participants' data."""

from django.contrib import admin
from django.urls import path

from machina_site.stimuli import views

urlpatterns = [
    path("experiments/<slug:slug>/stimuli/", admin.site.admin_view(views.stimuli), name="stimuli"),
]
