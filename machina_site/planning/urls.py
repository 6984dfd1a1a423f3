"""For the staff, and of them for members of the study."""

from django.contrib import admin
from django.urls import path

from machina_site.planning import views

urlpatterns = [
    path("experiments/<slug:slug>/plan/", admin.site.admin_view(views.plan_page), name="plan"),
    path("experiments/<slug:slug>/plan/simulation/", admin.site.admin_view(views.simulation), name="plan_simulation"),
]
