"""Messages to people who took part in a study."""

from __future__ import annotations

from crowd.standin.kernel.journal import Json
from crowd.standin.prolific.asking import Asked
from crowd.standin.prolific.errors import Refused
from crowd.standin.prolific.market import Market
from crowd.standin.prolific.records import Letter


def send(market: Market, asked: Asked) -> Json:
    """To all of them, or to nobody."""
    asked.require("ids", "body", "study_id")
    study = market.study(asked.text("study_id"))
    mine = {each.participant_id for each in market.submissions.where("study_id", study.id)}
    strangers = [key for key in asked.rows("ids") if key not in mine]
    if strangers:
        raise Refused(f"{', '.join(map(str, strangers))} did not take part in this study.")
    for key in asked.rows("ids"):
        number = str(len(market.letters) + 1)
        market.letters.put(Letter(number, str(key), study.id, asked.text("body"), market.now))
    return {"message": "The message has been sent."}
