"""Hand out arms, and take places back."""

from bandits.services.assign import assign_arm, complete_slot, reclaim_slot, release_slot, renew_slots

__all__ = ("assign_arm", "complete_slot", "reclaim_slot", "release_slot", "renew_slots")
