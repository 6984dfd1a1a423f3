"""Review policies and uploaded files: there are none to speak of here, and the answers say so in MTurk's shapes."""

from __future__ import annotations

from crowd.standin.kernel.journal import Json
from crowd.standin.mturk.errors import Refused
from crowd.standin.mturk.market import Market


def list_results(market: Market, asked: Json) -> Json:
    """The policies that the HIT was given. The stand-in carries none of them out: no results, no actions."""
    hit = market.hit(asked["HITId"])
    report: Json = {"ReviewResults": [], "ReviewActions": []}
    return {"HITId": hit.id, "AssignmentReviewReport": report, "HITReviewReport": report, **dict(hit.policies)}


def get_file_upload_url(market: Market, asked: Json) -> Json:
    """Refused: an external question has no field for files."""
    assignment = market.assignment(asked["AssignmentId"])
    raise Refused(
        f"QuestionIdentifier: assignment {assignment.id} holds no file under {asked['QuestionIdentifier']!r}.",
        "InvalidParameterValue",
    )


OPERATIONS = {"ListReviewPolicyResultsForHIT": list_results, "GetFileUploadURL": get_file_upload_url}
