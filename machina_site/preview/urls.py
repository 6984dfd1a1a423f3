"""The previews' addresses: for the staff, and of them for members of the study."""

from django.contrib import admin
from django.urls import path

from machina_site.preview import views

view = admin.site.admin_view
urlpatterns = [
    path("experiments/<int:pk>/preview/step/", view(views.preview_step), name="preview_step"),
    path("experiments/<int:pk>/walk/", view(views.walk_through), name="walk_through"),
    path("experiments/<int:pk>/walk/page/", view(views.walk_page), name="walk_page"),
]
