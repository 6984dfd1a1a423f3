"""How this room says no."""

from __future__ import annotations

from experiments.errors import Refusal


class NotHeld(Refusal):
    """Another worker holds the run by now, or nobody does: nothing of this attempt counts any more."""

    code = "not-held"


class StoreUnavailable(Exception):
    """The store of checkpoints cannot be reached now; the same again may go well."""


class StoreRefused(Exception):
    """The store will not take or give a file: rights, or no such bucket. Trying again does not help."""


class Spoiled(Refusal):
    """A kept file is not what was kept: its length or hash differs, or it is gone, or nothing can be read out of it."""

    code = "spoiled"


class Gone(Spoiled):
    """A file that the record knows is not in the storage any more."""

    code = "gone"
    status = 410
