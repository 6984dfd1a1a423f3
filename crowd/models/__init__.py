"""Where people come from, what they did there, and what we owe and paid them."""

from crowd.models.account import Account
from crowd.models.campaign import Campaign
from crowd.models.errand import Errand
from crowd.models.exclusion import ExclusionMember, ExclusionSet
from crowd.models.money import Budget, BudgetEntry, LedgerCheck, Obligation, Payment
from crowd.models.notice import Notice
from crowd.models.posting import Posting
from crowd.models.quality import QualityMark
from crowd.models.review import Review, ReviewLine
from crowd.models.submission import Submission

__all__ = (
    "Account",
    "Budget",
    "BudgetEntry",
    "Campaign",
    "Errand",
    "ExclusionMember",
    "ExclusionSet",
    "LedgerCheck",
    "Notice",
    "Obligation",
    "Payment",
    "Posting",
    "QualityMark",
    "Review",
    "ReviewLine",
    "Submission",
)
