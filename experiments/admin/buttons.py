"""The buttons of an experiment's page: what each calls, who may press it, when it is offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from experiments.access import Right
from experiments.models import Experiment, Status
from experiments.services.copying import duplicate_experiment
from experiments.services.editing import EDITABLE, generate_arms
from experiments.services.lifecycle import (
    archive_experiment,
    complete_experiment,
    pause_experiment,
    rehearse_experiment,
    reopen_draft,
    start_experiment,
)
from experiments.services.versions import publish_version


@dataclass(frozen=True)
class Button:
    """service: gets the experiment. said: what is told afterwards. becomes: the status it leads to, "" if none.

    confirm: asked before. weight: primary, default or danger.
    """

    name: str
    label: str
    icon: str
    service: Callable[[Experiment], object]
    said: str
    right: Right = Right.RUN
    becomes: str = ""
    confirm: str = ""
    weight: str = "default"


BUTTONS: dict[str, Button] = {
    button.name: button
    for button in (
        Button(
            "rehearse",
            "Rehearse",
            "theater_comedy",
            rehearse_experiment,
            "is in rehearsal: what is collected is marked and kept out of results.",
            becomes=Status.REHEARSAL,
        ),
        Button(
            "start",
            "Start",
            "play_arrow",
            start_experiment,
            "is running: what is collected from now on is real.",
            becomes=Status.RUNNING,
            weight="primary",
            confirm="Start collecting real data? The definition is frozen as a version.",
        ),
        Button(
            "pause",
            "Pause",
            "pause",
            pause_experiment,
            "is paused: nobody new is let in, people under way may finish.",
            becomes=Status.PAUSED,
            confirm="Let nobody new in? People under way may finish.",
        ),
        Button(
            "complete",
            "Complete",
            "flag",
            complete_experiment,
            "is completed: collection has ended.",
            becomes=Status.COMPLETED,
            confirm="End collection for good? This cannot be undone.",
            weight="danger",
        ),
        Button("draft", "Back to draft", "undo", reopen_draft, "is a draft again.", becomes=Status.DRAFT),
        Button(
            "archive",
            "Archive",
            "archive",
            archive_experiment,
            "is archived: its data stay.",
            becomes=Status.ARCHIVED,
            confirm="Put this experiment away? Its data stay, but it cannot be opened again.",
        ),
        Button("publish", "Publish changes", "publish", publish_version, "has a new version for newcomers."),
        Button(
            "arms", "Generate arms", "account_tree", generate_arms, "has an arm for each combination.", right=Right.EDIT
        ),
        Button("duplicate", "Duplicate", "content_copy", duplicate_experiment, "was copied.", right=Right.EDIT),
    )
}


def offered(experiment: Experiment, *, has_changes: bool) -> list[Button]:
    """Those that make sense in this state, the next step first."""
    return [button for button in BUTTONS.values() if _makes_sense(button, experiment, has_changes)]


def _makes_sense(button: Button, experiment: Experiment, has_changes: bool) -> bool:
    if button.becomes:
        return experiment.can_move_to(button.becomes)
    if button.name == "publish":
        return has_changes and experiment.status in (Status.RUNNING, Status.PAUSED, Status.REHEARSAL)
    return button.name == "duplicate" or experiment.status in EDITABLE
