"""HITs: made, found, shown, extended, expired and deleted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from crowd.errors import AlreadyDone, PlatformRefused, PlatformUnavailable
from crowd.platforms.base import Link, Order, PostingSeen
from crowd.platforms.guard import require_spending
from crowd.platforms.limited import Limited
from crowd.platforms.mturk.client import Client, moment
from crowd.platforms.mturk.notifying import subscribe
from crowd.platforms.mturk.orders import annotation_of, hit, hit_type
from crowd.platforms.mturk.paging import PAGE, paged, pages
from crowd.platforms.mturk.sights import posting_seen, posting_sight
from crowd.reconcile.words import PostingSight

if TYPE_CHECKING:
    from mypy_boto3_mturk.type_defs import CreateHITTypeRequestTypeDef, HITTypeDef, ListHITsResponseTypeDef

GONE: Final = "HITDoesNotExist"
ID: Final = re.compile(r"\b[A-Z0-9]{20,64}\b")
MOMENT: Final = timedelta(minutes=1)
SHUT: Final = (PostingSight.CLOSED, PostingSight.GONE)
TRIES: Final = 20
ONE_SECOND: Final = timedelta(seconds=1)


class Postings(Limited):
    """See `Platform`."""

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self.client = Client(link)
        self._types: dict[str, str] = {}

    def publish(self, order: Order) -> PostingSeen:
        require_spending(self.link)
        request = hit(order, self._type_of(order))
        try:
            made = self.client.ask(lambda mturk: mturk.create_hit_with_hit_type(**request))
        except AlreadyDone as error:
            return self._published_before(order, error)
        return posting_seen(made["HIT"], moment(made["ResponseMetadata"]))

    def find(self, order: Order) -> PostingSeen | None:
        wanted = annotation_of(order)
        for page in self._pages():
            for found in page["HITs"]:
                if found.get("RequesterAnnotation") == wanted:
                    return posting_seen(found, moment(page["ResponseMetadata"]))
        return None

    def posting(self, external_id: str) -> PostingSeen | None:
        try:
            shown = self.client.read(lambda mturk: mturk.get_hit(HITId=external_id))
        except PlatformRefused as error:
            if error.code == GONE:
                return None
            raise
        return posting_seen(shown["HIT"], moment(shown["ResponseMetadata"]))

    def postings(self) -> Iterator[PostingSeen]:
        for page in self._pages():
            now = moment(page["ResponseMetadata"])
            yield from (posting_seen(found, now) for found in page["HITs"])

    def add_places(self, external_id: str, places: int, *, token: str, expires_at: datetime) -> None:
        require_spending(self.link)
        missing = places - self._hit(external_id)["MaxAssignments"]
        if missing > 0:
            self._add(external_id, missing, token)
        self.open(external_id, expires_at=expires_at)

    def open(self, external_id: str, *, expires_at: datetime) -> None:
        require_spending(self.link)
        self._expire(external_id, expires_at, lambda hit, now: abs(hit["Expiration"] - expires_at) < MOMENT)

    def pause(self, external_id: str) -> None:
        self._expire(external_id, datetime.now(UTC) - MOMENT, lambda hit, now: posting_sight(hit, now) in SHUT)

    close = pause

    def remove(self, external_id: str) -> None:
        try:
            self.client.ask(lambda mturk: mturk.delete_hit(HITId=external_id))
        except PlatformRefused:
            left = self.posting(external_id)
            if left is not None and left.sight != PostingSight.GONE:
                raise

    def _type_of(self, order: Order) -> str:
        """Its HIT type: the same terms have one, which is asked for once."""
        request = hit_type(order.terms, order.excluded, is_production=self.link.is_production)
        key = repr(request)
        if key not in self._types:
            self._types[key] = self._made_type(request)
        return self._types[key]

    def _made_type(self, request: CreateHITTypeRequestTypeDef) -> str:
        type_id = self.client.read(lambda mturk: mturk.create_hit_type(**request))["HITTypeId"]
        destination = self.link.options.get("notifications")
        if isinstance(destination, str) and destination:
            subscribe(self.client, type_id, destination)
        return type_id

    def _published_before(self, order: Order, error: AlreadyDone) -> PostingSeen:
        """The HIT that the refusal names, or that carries our annotation."""
        for external_id in ID.findall(str(error.__cause__)):
            if found := self.posting(external_id):
                return found
        if found := self.find(order):
            return found
        raise PlatformUnavailable("The HIT was made before and cannot be read yet.", code="lagging") from error

    def _add(self, external_id: str, missing: int, token: str) -> None:
        try:
            self.client.ask(
                lambda mturk: mturk.create_additional_assignments_for_hit(
                    HITId=external_id, NumberOfAdditionalAssignments=missing, UniqueRequestToken=token
                )
            )
        except AlreadyDone:
            return

    def _expire(self, external_id: str, at: datetime, is_so: Callable[[HITTypeDef, datetime], bool]) -> None:
        """MTurk takes an instant for a HIT once, even if another came in between: then one beside it will do."""
        for second in range(TRIES):
            instant = at.replace(microsecond=0) - second * ONE_SECOND
            try:
                self._set_expiry(external_id, instant)
            except AlreadyDone:
                shown = self.client.read(lambda mturk: mturk.get_hit(HITId=external_id))
                if is_so(shown["HIT"], moment(shown["ResponseMetadata"])):
                    return
            else:
                return
        raise PlatformUnavailable("Every instant near to it was used for this HIT before.", code="instants-used")

    def _set_expiry(self, external_id: str, at: datetime) -> None:
        self.client.ask(lambda mturk: mturk.update_expiration_for_hit(HITId=external_id, ExpireAt=at))

    def _hit(self, external_id: str) -> HITTypeDef:
        return self.client.read(lambda mturk: mturk.get_hit(HITId=external_id))["HIT"]

    def _pages(self) -> Iterator[ListHITsResponseTypeDef]:
        def fetch(token: str) -> tuple[ListHITsResponseTypeDef, str | None]:
            page = self.client.read(lambda mturk: mturk.list_hits(MaxResults=PAGE, **paged(token)))
            return page, page.get("NextToken")

        return pages(fetch)
