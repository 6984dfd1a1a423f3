"""For the staff, and of them for members of the study."""

from django.contrib import admin
from django.urls import path

from machina_site.trying import views

urlpatterns = [
    path("experiments/<slug:slug>/try-policies/", admin.site.admin_view(views.try_policies), name="try_policies"),
]
