"""The crowd's tables in the console: looked at, filtered, searched; changed by services alone."""

from crowd.admin.campaigns import CampaignAdmin, PostingAdmin
from crowd.admin.money import BudgetEntryAdmin, PaymentAdmin

__all__ = ("BudgetEntryAdmin", "CampaignAdmin", "PaymentAdmin", "PostingAdmin")
