"""What of this room follows from the secret key, for when it was changed (participants.services.rotating)."""

from __future__ import annotations

from participants.services.rotating import NEEDS, TURNS


def register_all() -> None:
    """Tell whoever rotates."""
    from crowd.services.turning_keys import postings_of_old_keys, turn_link_claims, turn_list_names

    TURNS["claims of plain links"] = turn_link_claims
    TURNS["lists of people at the platforms"] = turn_list_names
    NEEDS["postings whose codes were made under a key before"] = postings_of_old_keys
