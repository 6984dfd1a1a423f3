"""How taking part says no."""

from experiments.errors import Refusal


class AlreadyTookPart(Refusal):
    """This person was in an experiment that excludes this one."""

    code = "already-took-part"


class SessionOver(Refusal):
    """The session has ended; its pages can no longer be answered."""

    code = "session-over"


class StalePage(Refusal):
    """The page is neither the current one nor one that was answered: an old copy, or not ours."""

    code = "stale-page"


class UnknownSession(Refusal):
    """No session has that token."""

    code = "unknown-session"
    status = 404


class ConsentMissing(Refusal):
    """Nobody enters without agreeing to the consent text as it stands."""

    code = "consent-missing"
    status = 422


class BrokenPage(Refusal):
    """The study file makes a page, with this person's answers, that cannot be shown."""

    code = "broken-page"
    status = 500


class LinkTooOld(Refusal):
    """A page from a platform that was left open for days, or whose address was changed."""

    code = "link-too-old"
    status = 410


class OnlyPreview(Refusal):
    """Somebody who has not accepted the work yet: nothing is made for them."""

    code = "only-preview"


class NotInvited(Refusal):
    """The platform's link does not belong to this person, this place or this experiment."""

    code = "not-invited"
    status = 403
