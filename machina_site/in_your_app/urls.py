"""The page's address: for the staff, and of them for members of the study."""

from django.contrib import admin
from django.urls import path

from machina_site.in_your_app import views

urlpatterns = [
    path("experiments/<slug:slug>/in-your-app/", admin.site.admin_view(views.in_your_app), name="in_your_app"),
]
