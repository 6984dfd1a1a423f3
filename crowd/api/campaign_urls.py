"""Addresses of campaigns below /api/v1/."""

from django.urls import path

from crowd.api import campaigns, errands, money, quality, reviewing

LIST = "experiments/<slug:slug>/campaigns/"
ONE = f"{LIST}<uuid:campaign>/"
urlpatterns = [
    path(LIST, campaigns.CampaignsView.as_view(), name="campaigns"),
    path(ONE, campaigns.CampaignDetailView.as_view(), name="campaign"),
    path(f"{ONE}plan/", campaigns.CampaignPlanView.as_view(), name="campaign-plan"),
    path(f"{ONE}publish/", campaigns.CampaignPublishView.as_view(), name="campaign-publish"),
    path(f"{ONE}top-up/", campaigns.CampaignTopUpView.as_view(), name="campaign-top-up"),
    path(f"{ONE}lists/", campaigns.CampaignListsView.as_view(), name="campaign-lists"),
    path(f"{ONE}compensate/", campaigns.CampaignCompensateView.as_view(), name="campaign-compensate"),
    path(f"{ONE}postings/", campaigns.CampaignPostingsView.as_view(), name="campaign-postings"),
    path(f"{ONE}money/", money.CampaignMoneyView.as_view(), name="campaign-money"),
    path(f"{ONE}payments/", money.PaymentsView.as_view(), name="campaign-payments"),
    path(f"{ONE}payments/plan/", money.PaymentPlanView.as_view(), name="campaign-payment-plan"),
    path(f"{ONE}payments/by-hand/", money.ByHandView.as_view(), name="campaign-payments-by-hand"),
    path(f"{ONE}hourly-pay/", money.HourlyView.as_view(), name="campaign-hourly-pay"),
    path("studies/<slug:slug>/crowd/money/", money.StudyMoneyView.as_view(), name="study-money"),
    path(f"{ONE}quality/", quality.QualityView.as_view(), name="campaign-quality"),
    path(f"{ONE}submissions/", reviewing.SubmissionsView.as_view(), name="campaign-submissions"),
    path(f"{ONE}reviews/", reviewing.ReviewsView.as_view(), name="campaign-reviews"),
    path(f"{ONE}reviews/plan/", reviewing.ReviewPlanView.as_view(), name="campaign-review-plan"),
    path(f"{ONE}reviews/<uuid:review>/agree/", reviewing.AgreeView.as_view(), name="campaign-review-agree"),
    path(f"{ONE}reviews/<uuid:review>/take-back/", reviewing.TakeBackView.as_view(), name="campaign-review-take-back"),
    path(f"{ONE}review-rule/", reviewing.ReviewRuleView.as_view(), name="campaign-review-rule"),
    path(f"{ONE}errands/", errands.ErrandsView.as_view(), name="campaign-errands"),
    path(f"{ONE}errands/plan/", errands.ErrandPlanView.as_view(), name="campaign-errand-plan"),
    path(f"{ONE}errands/<uuid:errand>/decide/", errands.DecideView.as_view(), name="campaign-errand-decide"),
    *(
        path(f"{ONE}{name}/", campaigns.step_view(name, step).as_view(), name=f"campaign-{name}")
        for name, step in campaigns.STEPS.items()
    ),
]
