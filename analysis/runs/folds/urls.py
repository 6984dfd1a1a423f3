"""The address of the page on folds."""

from django.urls import path

from analysis.runs.folds import views

urlpatterns = [path("console/experiments/<slug:slug>/runs/folds/", views.folds, name="folds")]
