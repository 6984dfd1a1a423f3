"""Pages of this room."""

from django.urls import path

from crowd.views import campaigns, notices

app_name = "crowd"
urlpatterns = [
    path("crowd/notices/<uuid:account>/sns/", notices.sns, name="sns"),
    path("console/campaigns/", campaigns.campaigns, name="campaigns"),
]
