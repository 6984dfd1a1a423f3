"""Studies: drafted, published, paused, stopped. Once published, only the internal name and more places."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from urllib.parse import urlsplit

from crowd.standin.kernel.journal import Json
from crowd.standin.prolific.accounting import fee
from crowd.standin.prolific.asking import Asked
from crowd.standin.prolific.errors import Refused
from crowd.standin.prolific.market import PROJECT, Market, new_id
from crowd.standin.prolific.operations.checking import check_codes
from crowd.standin.prolific.records import Study
from crowd.standin.prolific.views import pence, study_listed, study_whole

NEEDED = (
    "name",
    "description",
    "external_study_url",
    "prolific_id_option",
    "completion_codes",
    "total_available_places",
    "estimated_completion_time",
    "reward",
)
OPTIONS = ("question", "url_parameters", "not_required")
MOVES = {
    "PUBLISH": (("UNPUBLISHED",), "ACTIVE"),
    "PAUSE": (("ACTIVE",), "PAUSED"),
    "START": (("PAUSED",), "ACTIVE"),
    "STOP": (("ACTIVE", "PAUSED"), "STOPPED"),
}


def listed(market: Market, asked: Asked) -> Json:
    """Newest first."""
    wanted = asked.query.get("state", "")
    rows = [study_listed(market, study) for study in reversed(market.studies.all())]
    return asked.page([row for row in rows if not wanted or row["status"] == wanted.upper()])


def listed_of_project(market: Market, asked: Asked) -> Json:
    """Newest first."""
    rows = [study for study in reversed(market.studies.all()) if study.project == asked.path]
    return asked.page([study_listed(market, study) for study in rows])


def get(market: Market, asked: Asked) -> Json:
    """One."""
    return study_whole(market, market.study(asked.path))


def create(market: Market, asked: Asked) -> Json:
    """A draft: nobody sees it, and nothing is held for it."""
    asked.require(*NEEDED)
    if asked.text("prolific_id_option") not in OPTIONS:
        raise Refused({"prolific_id_option": [f"Must be one of {', '.join(OPTIONS)}."]})
    study = _checked(
        Study(
            id=new_id(),
            name=asked.text("name"),
            internal_name=asked.text("internal_name"),
            description=asked.text("description"),
            url=asked.text("external_study_url"),
            codes=check_codes(asked.rows("completion_codes")),
            places=asked.whole("total_available_places"),
            minutes=asked.whole("estimated_completion_time"),
            most_minutes=_most_minutes(asked),
            reward=Decimal(asked.whole("reward")) / 100,
            project=asked.text("project", PROJECT),
            created=market.now,
            filters=asked.rows("filters"),
            per_person=int(asked.body.get("submissions_config", {}).get("max_submissions_per_participant", 1)),
            devices=asked.rows("device_compatibility"),
        )
    )
    return study_whole(market, market.studies.put(study))


def update(market: Market, asked: Asked) -> Json:
    """A draft is changed as one likes; a published study in two fields."""
    study = market.study(asked.path)
    known = {"internal_name", "total_available_places"}
    if study.state != "UNPUBLISHED" and (others := asked.body.keys() - known):
        raise Refused({name: ["This field cannot be changed once the study is published."] for name in others})
    places = asked.whole("total_available_places", study.places)
    if study.state != "UNPUBLISHED" and places < study.places:
        raise Refused({"total_available_places": ["The number of places can only be increased."]})
    if study.state == "STOPPED" and places > study.places:
        raise Refused("The study was stopped: no places can be added.")
    changed = replace(study, places=places, internal_name=asked.text("internal_name", study.internal_name))
    return study_whole(market, market.changed(_checked(changed), must_be_covered=True))


def delete(market: Market, asked: Asked) -> None:
    """A draft only."""
    study = market.study(asked.path)
    if study.state != "UNPUBLISHED":
        raise Refused("Only a draft study can be deleted.")
    market.studies.drop(study.id)


def transition(market: Market, asked: Asked) -> Json:
    """PUBLISH, PAUSE, START, STOP."""
    asked.require("action")
    study, action = market.study(asked.path), asked.text("action")
    if action not in MOVES:
        raise Refused({"action": [f"{action} is not one of {', '.join(MOVES)}."]})
    states, after = MOVES[action]
    if study.state not in states:
        raise Refused(f"The study cannot {action} from {market.status(study)}.")
    published = market.now if action == "PUBLISH" else study.published
    changed = replace(study, state=after, published=published)
    if action == "PUBLISH" and (delay := market.world.settings.number("publishing")):
        changed = replace(changed, state="PUBLISHING", opens=market.now + delay)
        market.world.agenda.add(changed.opens, f"study {study.id}")
    return study_whole(market, market.changed(changed, must_be_covered=action == "PUBLISH"))


def cost(market: Market, asked: Asked) -> Json:
    """What it costs if every place is taken and approved; in pence."""
    study = market.study(asked.path)
    fees = study.places * fee(study.reward)
    return {"total_cost": pence(study.places * study.reward + fees), "fees": pence(fees), "vat": 0}


def clone(market: Market, asked: Asked) -> Json:
    """The same as a new draft."""
    study = market.study(asked.path)
    fresh = {"id": new_id(), "state": "UNPUBLISHED", "told": "UNPUBLISHED", "published": None, "held": Decimal(0)}
    made = replace(study, name=f"{study.name} Copy", created=market.now, **fresh)  # type: ignore[arg-type]  # by name
    return study_whole(market, market.studies.put(made))


def _most_minutes(asked: Asked) -> int:
    announced = asked.whole("estimated_completion_time")
    return asked.whole("maximum_allowed_time", announced * 2 + 10)


def _checked(study: Study) -> Study:
    """Refused as a form would be."""
    wrong: dict[str, list[str]] = {}
    if urlsplit(study.url).scheme not in ("http", "https"):
        wrong["external_study_url"] = ["Enter a valid URL."]
    for name, value in (("total_available_places", study.places), ("estimated_completion_time", study.minutes)):
        if value < 1:
            wrong[name] = ["Ensure this value is greater than or equal to 1."]
    if study.reward < Decimal("0.01"):
        wrong["reward"] = ["Ensure this value is greater than or equal to 1."]
    if study.most_minutes < study.minutes:
        wrong["maximum_allowed_time"] = ["Must not be less than the estimated completion time."]
    if wrong:
        raise Refused(wrong)
    return study
