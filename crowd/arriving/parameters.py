"""What the platforms write into the links by which they send people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NOT_ACCEPTED = "ASSIGNMENT_ID_NOT_AVAILABLE"


@dataclass(frozen=True, slots=True)
class Parameters:
    """worker, claim: empty in a preview. posting_id: the platform's. submit_to: where the form of the end is to go."""

    worker: str = ""
    claim: str = ""
    posting_id: str = ""
    submit_to: str = ""


def mturk(given: Mapping[str, str]) -> Parameters | None:
    """Those that MTurk adds to an ExternalURL; None for a link that is not from there."""
    if "assignmentId" not in given:
        return None
    posting_id, submit_to = given.get("hitId", ""), given.get("turkSubmitTo", "")
    worker, claim = given.get("workerId", ""), given["assignmentId"]
    if claim in ("", NOT_ACCEPTED) or not worker:
        return Parameters(posting_id=posting_id, submit_to=submit_to)
    return Parameters(worker, claim, posting_id, submit_to)


def prolific(given: Mapping[str, str]) -> Parameters | None:
    """Those of Prolific's placeholders. One that was not filled in is a preview of the researcher's."""
    if "PROLIFIC_PID" not in given:
        return None
    worker, claim = given["PROLIFIC_PID"], given.get("SESSION_ID", "")
    if not worker or not claim or "{{" in worker + claim:
        return Parameters(posting_id=given.get("STUDY_ID", ""))
    return Parameters(worker, claim, given.get("STUDY_ID", ""))
