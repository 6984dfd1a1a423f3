"""Pages of this room."""

from django.urls import path

from crowd.views import (
    accounts,
    campaigns,
    differences,
    drafting,
    erasing,
    money,
    notices,
    people,
    quality,
    reviewing,
    steering,
)

ONE = "console/campaigns/<uuid:campaign>/"
OF_EXPERIMENT = "console/experiments/<slug:slug>/campaigns/"
app_name = "crowd"
urlpatterns = [
    path("crowd/notices/<uuid:account>/sns/", notices.sns, name="sns"),
    path("crowd/notices/<uuid:account>/prolific/", notices.prolific, name="prolific"),
    path("console/accounts/", accounts.accounts, name="accounts"),
    path("console/accounts/new/", accounts.new_account, name="new_account"),
    path("console/accounts/<uuid:account>/", accounts.account, name="account"),
    path("console/accounts/<uuid:account>/check/", accounts.check, name="check_account"),
    path("console/differences/", differences.show, name="differences"),
    path("console/differences/look/", differences.look, name="differences-look"),
    path("console/differences/again/", differences.again, name="differences-again"),
    path("console/personal-data/", erasing.retention, name="retention"),
    path("console/personal-data/find/", erasing.find, name="find_participant"),
    path("console/personal-data/erase/", erasing.erase, name="erase_participant"),
    path("console/campaigns/", campaigns.campaigns, name="campaigns"),
    path(OF_EXPERIMENT, campaigns.of_experiment, name="of_experiment"),
    path(f"{OF_EXPERIMENT}new/", drafting.new, name="new_campaign"),
    path(f"{OF_EXPERIMENT}check/", drafting.check, name="check_campaign"),
    path(ONE, campaigns.campaign, name="campaign"),
    path(f"{ONE}edit/", drafting.edit, name="edit_campaign"),
    path(f"{ONE}discard/", drafting.discard, name="discard_campaign"),
    path(f"{ONE}publish/", steering.publish, name="publish_campaign"),
    path(f"{ONE}top-up/", steering.top_up, name="top_up_campaign"),
    path(f"{ONE}money/", money.money, name="money"),
    path(f"{ONE}money/payments.csv", money.download, name="payments_csv"),
    path(f"{ONE}money/compare/", money.compare, name="compare_money"),
    path(f"{ONE}money/approve/<slug:name>/", money.approve, name="approve_payments"),
    path(f"{ONE}money/payments/<uuid:payment>/<slug:name>/", money.steer, name="steer_payment"),
    path(f"{ONE}live/", campaigns.live, name="campaign_live"),
    path(f"{ONE}quality/", quality.quality, name="quality"),
    path(f"{ONE}review/", reviewing.review, name="review"),
    path(f"{ONE}review/plan/", reviewing.plan, name="plan_review"),
    path(f"{ONE}review/confirm/", reviewing.confirm, name="confirm_review"),
    path(f"{ONE}review/rule/<slug:name>/", reviewing.rule, name="review_rule"),
    path(f"{ONE}review/<uuid:review>/<slug:name>/", reviewing.second, name="second_review"),
    path(f"{ONE}people/", people.people, name="people"),
    path(f"{ONE}people/write/", people.write, name="write_to_people"),
    path(f"{ONE}people/plan/", people.plan, name="plan_errand"),
    path(f"{ONE}people/confirm/", people.confirm, name="confirm_errand"),
    path(f"{ONE}people/<uuid:errand>/<slug:name>/", people.decide, name="decide_errand"),
    path(f"{ONE}<slug:name>/", steering.act, name="campaign_action"),
]
