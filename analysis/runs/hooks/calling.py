"""A hook that is a Python function of one argument: the news."""

from __future__ import annotations

import traceback

from analysis.learning.functions import NotFound, find, is_allowed
from analysis.runs.hooks.errors import Undeliverable
from experiments.types import JsonObject


class Calling:
    """``call: my_package.hooks:keep_score``. What it raises is kept with the hook and harms no run."""

    def fault(self, target: str) -> str:
        """Not allowed, or not there."""
        if not is_allowed(target):
            return f"{target} may not be called here: whoever runs this server adds its package to ALLOWED_CODE."
        try:
            find(target)
        except NotFound as error:
            return str(error)
        return ""

    def tell(self, target: str, news: JsonObject) -> None:
        """Call it once. An error in it does not heal by itself."""
        if fault := self.fault(target):
            raise Undeliverable(fault, heals=False)
        try:
            find(target)(dict(news))
        except Exception as error:
            raise Undeliverable(traceback.format_exc(limit=-5), heals=False) from error
