"""Pages of this room."""

from django.urls import path

from crowd.views import accounts, campaigns, notices

app_name = "crowd"
urlpatterns = [
    path("crowd/notices/<uuid:account>/sns/", notices.sns, name="sns"),
    path("console/accounts/", accounts.accounts, name="accounts"),
    path("console/accounts/new/", accounts.new_account, name="new_account"),
    path("console/accounts/<uuid:account>/", accounts.account, name="account"),
    path("console/accounts/<uuid:account>/check/", accounts.check, name="check_account"),
    path("console/campaigns/", campaigns.campaigns, name="campaigns"),
]
