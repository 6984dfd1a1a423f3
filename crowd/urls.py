"""Pages of this room."""

from django.urls import path

from crowd.views import campaigns

app_name = "crowd"
urlpatterns = [
    path("console/campaigns/", campaigns.campaigns, name="campaigns"),
]
