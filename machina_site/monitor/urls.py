"""The monitor's addresses: for the staff, and of them for members of the study."""

from django.contrib import admin
from django.urls import path

from machina_site.monitor import views

urlpatterns = [
    path("experiments/<slug:slug>/monitor/", admin.site.admin_view(views.monitor), name="monitor"),
    path("experiments/<slug:slug>/monitor/live/", admin.site.admin_view(views.monitor_live), name="monitor_live"),
]
