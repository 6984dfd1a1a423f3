"""Participants: kept out by a group, written to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from crowd.platforms.prolific.orders import MARK
from crowd.platforms.prolific.postings import Postings
from crowd.platforms.prolific.sights import text
from experiments.types import Json, JsonObject

TOGETHER: Final = 100


class People(Postings):
    """See `Platform`. A list is a participant group of ours; studies bar whoever is in it."""

    def exclusion(self, name: str) -> str:
        for group in self.client.rows("participant-groups", **self._place()):
            if text(group, "name") == name:
                return text(group, "id")
        return text(self.client.ask("POST", "participant-groups", {"name": name, **self._place()}), "id")

    def exclude(self, list_id: str, workers: tuple[str, ...]) -> None:
        self._change("POST", list_id, workers)

    def readmit(self, list_id: str, workers: tuple[str, ...]) -> None:
        self._change("DELETE", list_id, workers)

    def excluded(self, list_id: str) -> Iterator[str]:
        found = self.client.read(f"participant-groups/{list_id}/participants").get("results")
        for row in found if isinstance(found, list) else ():
            yield text(cast(JsonObject, row), "participant_id") if isinstance(row, dict) else str(row)

    def message(self, workers: tuple[str, ...], *, subject: str, text: str) -> dict[str, str]:
        """Prolific writes to people of a study: to each through the newest of our studies that they took part in."""
        left, body = list(workers), f"{subject}\n\n{text}" if subject else text
        for study_id in self._ours():
            if not left:
                break
            mine = self._people_of(study_id)
            here = [worker for worker in left if worker in mine]
            for start in range(0, len(here), TOGETHER):
                some = cast(Json, here[start : start + TOGETHER])
                self.client.ask("POST", "messages/bulk", {"ids": some, "body": body, "study_id": study_id})
            left = [worker for worker in left if worker not in mine]
        return dict.fromkeys(left, "They took part in no study of this account.")

    def _ours(self) -> list[str]:
        """Studies that we published, newest first."""
        rows = [row for row in self.client.rows("studies") if MARK in text(row, "internal_name")]
        rows.sort(key=lambda row: text(row, "date_created"), reverse=True)
        return [text(row, "id") for row in rows]

    def _people_of(self, study_id: str) -> set[str]:
        rows = self.client.rows(f"studies/{study_id}/submissions")
        return {text(row, "participant_id") or text(row, "participant") for row in rows}

    def _change(self, method: str, list_id: str, workers: tuple[str, ...]) -> None:
        for start in range(0, len(workers), TOGETHER):
            some = cast(Json, list(workers[start : start + TOGETHER]))
            self.client.ask(method, f"participant-groups/{list_id}/participants", {"participant_ids": some})

    def _place(self) -> dict[str, str]:
        """The project whose groups are meant, or the workspace."""
        for name in ("project", "workspace"):
            found = self.link.options.get(name)
            if isinstance(found, str) and found:
                return {f"{name}_id": found}
        return {"workspace_id": self._workspace()}

    def _workspace(self) -> str:
        """The token's first."""
        return next((text(row, "id") for row in self.client.rows("workspaces")), "")
