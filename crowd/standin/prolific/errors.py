"""How Prolific says no."""

from __future__ import annotations

from crowd.standin.kernel.http import Refusal, Reply, json_reply

TITLES = {400: "Bad request", 401: "Authentication required", 403: "Forbidden", 404: "Not found", 405: "Not allowed"}


class Refused(Refusal):
    """detail: a sentence, or sentences by the name of a field."""

    def __init__(self, detail: object, *, status: int = 400, code: int = 140100) -> None:
        super().__init__(str(detail))
        self.detail = detail
        self.status = status
        self.code = code

    def reply(self) -> Reply:
        """As its API writes it."""
        title = TITLES.get(self.status, "Error")
        body = {"status": self.status, "error_code": self.code, "title": title, "detail": self.detail}
        return json_reply({"error": {**body, "traceback": None, "interactive": False}}, self.status)


class Missing(Refused):
    """There is no such thing."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} not found.", status=404, code=140404)
