"""Workers: kept out by a qualification, written to, blocked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from crowd.errors import PlatformRefused
from crowd.platforms.mturk.paging import PAGE, paged, pages
from crowd.platforms.mturk.postings import Postings

if TYPE_CHECKING:
    from mypy_boto3_mturk.type_defs import QualificationTypeDef, QualificationTypeTypeDef, WorkerBlockTypeDef

LETTER: Final = 100  # workers at once
NAME_TAKEN: Final = "QualificationTypeAlreadyExists"
NOT_GRANTED: Final = frozenset({"QualificationDoesNotExist", "InvalidQualificationState"})
ABOUT: Final = "Took part in an earlier study of ours. Nobody can ask for it."


class People(Postings):
    """See `Platform`. A list is a qualification type that is ours; whoever has it does not see the HIT."""

    def exclusion(self, name: str) -> str:
        found = self._list_named(name)
        if found:
            return found
        try:
            made = self.client.ask(
                lambda mturk: mturk.create_qualification_type(
                    Name=name, Description=ABOUT, QualificationTypeStatus="Active"
                )
            )
        except PlatformRefused as error:
            found = self._list_named(name) if error.code == NAME_TAKEN else ""
            if not found:
                raise
            return found
        return made["QualificationType"]["QualificationTypeId"]

    def exclude(self, list_id: str, workers: tuple[str, ...]) -> None:
        for worker in workers:
            self._exclude(list_id, worker)

    def readmit(self, list_id: str, workers: tuple[str, ...]) -> None:
        for worker in workers:
            self._readmit(list_id, worker)

    def excluded(self, list_id: str) -> Iterator[str]:
        def fetch(token: str) -> tuple[list[QualificationTypeDef], str | None]:
            page = self.client.read(
                lambda mturk: mturk.list_workers_with_qualification_type(
                    QualificationTypeId=list_id, Status="Granted", MaxResults=PAGE, **paged(token)
                )
            )
            return page["Qualifications"], page.get("NextToken")

        for page in pages(fetch):
            yield from (granted["WorkerId"] for granted in page)

    def message(self, workers: tuple[str, ...], *, subject: str, text: str) -> dict[str, str]:
        failed: dict[str, str] = {}
        for start in range(0, len(workers), LETTER):
            failed |= self._letter(workers[start : start + LETTER], subject, text)
        return failed

    def block(self, worker: str, *, reason: str) -> None:
        self.client.read(lambda mturk: mturk.create_worker_block(WorkerId=worker, Reason=reason))

    def unblock(self, worker: str, *, reason: str) -> None:
        self.client.read(lambda mturk: mturk.delete_worker_block(WorkerId=worker, Reason=reason))

    def blocks(self) -> Iterator[str]:
        def fetch(token: str) -> tuple[list[WorkerBlockTypeDef], str | None]:
            page = self.client.read(lambda mturk: mturk.list_worker_blocks(MaxResults=PAGE, **paged(token)))
            return page["WorkerBlocks"], page.get("NextToken")

        for page in pages(fetch):
            yield from (blocked["WorkerId"] for blocked in page)

    def _list_named(self, name: str) -> str:
        def fetch(token: str) -> tuple[list[QualificationTypeTypeDef], str | None]:
            page = self.client.read(
                lambda mturk: mturk.list_qualification_types(
                    Query=name, MustBeRequestable=False, MustBeOwnedByCaller=True, MaxResults=PAGE, **paged(token)
                )
            )
            return page["QualificationTypes"], page.get("NextToken")

        found = (each for page in pages(fetch) for each in page if each["Name"] == name)
        return next((each["QualificationTypeId"] for each in found), "")

    def _exclude(self, list_id: str, worker: str) -> None:
        self.client.read(
            lambda mturk: mturk.associate_qualification_with_worker(
                QualificationTypeId=list_id, WorkerId=worker, IntegerValue=1, SendNotification=False
            )
        )

    def _readmit(self, list_id: str, worker: str) -> None:
        try:
            self.client.read(
                lambda mturk: mturk.disassociate_qualification_from_worker(QualificationTypeId=list_id, WorkerId=worker)
            )
        except PlatformRefused as error:
            if error.code not in NOT_GRANTED:
                raise

    def _letter(self, workers: tuple[str, ...], subject: str, text: str) -> dict[str, str]:
        """Never tried again by itself: somebody would read it twice."""
        sent = self.client.ask(
            lambda mturk: mturk.notify_workers(Subject=subject, MessageText=text, WorkerIds=list(workers))
        )
        return {
            failure["WorkerId"]: failure.get("NotifyWorkersFailureMessage", "") or failure["NotifyWorkersFailureCode"]
            for failure in sent.get("NotifyWorkersFailureStatuses", [])
        }
