"""Participants' addresses."""

from django.urls import path

from participants.views.entering import EnterView
from participants.views.gallery import gallery
from participants.views.taking_part import EndView, HeartbeatView, OutboxView, PageView, ResumeView, WithdrawView

app_name = "participants"
urlpatterns = [
    path("s/<slug:slug>/", EnterView.as_view(), name="enter"),
    path("p/<str:token>/", PageView.as_view(), name="page"),
    path("p/<str:token>/outbox", OutboxView.as_view(), name="outbox"),
    path("p/<str:token>/heartbeat", HeartbeatView.as_view(), name="heartbeat"),
    path("p/<str:token>/withdraw", WithdrawView.as_view(), name="withdraw"),
    path("p/<str:token>/resume", ResumeView.as_view(), name="resume"),
    path("p/<str:token>/end", EndView.as_view(), name="end"),
    path("participants/gallery/", gallery, name="gallery"),
    path("participants/gallery/<str:kind>/", gallery, name="gallery"),
]
