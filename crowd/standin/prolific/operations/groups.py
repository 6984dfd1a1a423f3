"""Participant groups: who is in them may be kept out of a study, or asked for."""

from __future__ import annotations

from dataclasses import replace

from crowd.standin.kernel.journal import Json
from crowd.standin.prolific.asking import Asked
from crowd.standin.prolific.errors import Missing, Refused
from crowd.standin.prolific.market import PROJECT, WORKSPACE, Market, new_id
from crowd.standin.prolific.records import Group
from crowd.standin.prolific.views import group_shown


def listed(market: Market, asked: Asked) -> Json:
    """Of a project, or of the workspace."""
    if not asked.query.get("project_id") and not asked.query.get("workspace_id"):
        raise Refused("One of project_id and workspace_id is needed.")
    return asked.page([group_shown(group) for group in market.groups.all()])


def create(market: Market, asked: Asked) -> Json:
    """Names need not differ."""
    asked.require("name")
    if asked.text("project_id", PROJECT) != PROJECT and asked.text("workspace_id", WORKSPACE) != WORKSPACE:
        raise Missing("Project")
    return group_shown(market.groups.put(Group(new_id(), asked.text("name"), asked.text("project_id", PROJECT))))


def members(market: Market, asked: Asked) -> Json:
    """All at once."""
    group = _group(market, asked)
    return {"results": [{"participant_id": each, "datetime_created": None} for each in group.members]}


def add(market: Market, asked: Asked) -> Json:
    """Who is in it already stays."""
    group = _group(market, asked)
    new = [str(each) for each in asked.rows("participant_ids") if str(each) not in group.members]
    market.groups.put(replace(group, members=(*group.members, *dict.fromkeys(new))))
    return members(market, asked)


def remove(market: Market, asked: Asked) -> Json:
    """Who is not in it is no matter."""
    group, gone = _group(market, asked), set(asked.rows("participant_ids"))
    market.groups.put(replace(group, members=tuple(each for each in group.members if each not in gone)))
    return members(market, asked)


def _group(market: Market, asked: Asked) -> Group:
    found = market.groups.get(asked.path)
    if found is None:
        raise Missing("Participant group")
    return found
