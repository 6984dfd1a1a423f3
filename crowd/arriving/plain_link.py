"""What a link says that somebody sent by hand: SONA, an e-mail, a class, a kiosk."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex

from crowd.arriving.parameters import Parameters
from crowd.reads.claims import claim_by_link


def link(given: Mapping[str, str]) -> Parameters | None:
    """id: the person's in the sender's own list (SONA's survey_code); it goes to the vault alone. Without one everybody
    is somebody new. The claim is the person: one place each.
    """
    if "posting" not in given:
        return None
    person = given.get("id", "").strip()[:64] or f"anonymous-{token_hex(8)}"
    return Parameters(worker=person, claim=claim_by_link(person, given["posting"]))
