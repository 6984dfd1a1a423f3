"""Who takes part, and what they saw and answered."""

from participants.models.choice import Choice
from participants.models.participant import Participant, VaultEntry
from participants.models.session import Consent, Session
from participants.models.trial import Interaction, Trial

__all__ = ("Choice", "Consent", "Interaction", "Participant", "Session", "Trial", "VaultEntry")
