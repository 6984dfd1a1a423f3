"""The crowd's tables in the console: looked at, filtered, searched; changed by services alone."""

from crowd.admin.campaigns import CampaignAdmin, PostingAdmin

__all__ = ("CampaignAdmin", "PostingAdmin")
