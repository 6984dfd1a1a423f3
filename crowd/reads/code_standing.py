"""Whose completion code came with a submission: their own, one that somebody else was given, or none of ours."""

from __future__ import annotations

from crowd.codes import is_code_of, own_codes, plain
from crowd.models import Submission

Standing = Submission.CodeStanding


def standing_of(submission: Submission, code: str) -> Submission.CodeStanding:
    """A person's code from an earlier claim of theirs in the campaign is their own, too. One query if it is not."""
    if is_code_of(submission, code):
        return Standing.OWN
    typed, mine = plain(code), submission.participant_id
    rows = Submission.objects.filter(posting__campaign=submission.posting.campaign_id)
    for uuid, person in rows.values_list("uuid", "participant").iterator():
        if typed in own_codes(uuid):
            return Standing.OWN if person == mine else Standing.ANOTHERS
    return Standing.STRANGE
