"""Which errors may not come again if the same is tried once more."""

from __future__ import annotations

import errno
from typing import Final

PASSING: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ESTALE, errno.ENETUNREACH,
     errno.EHOSTUNREACH, errno.ETIMEDOUT, errno.EBUSY}
)  # fmt: skip


def can_heal(error: BaseException) -> bool:
    """The network, a full disk, a service that is away. A wrong value, a lack of memory or a bug stays what it is.

    An error may say so itself, by an attribute `can_heal`; classes called …Unavailable heal by the house's custom.

    >>> can_heal(ConnectionResetError()), can_heal(ValueError("rate"))
    (True, False)
    """
    said = getattr(error, "can_heal", None)
    if isinstance(said, bool):
        return said
    if any(kind.__name__.endswith("Unavailable") for kind in type(error).__mro__):
        return True
    is_passing = isinstance(error, ConnectionError | TimeoutError)
    return is_passing or (isinstance(error, OSError) and error.errno in PASSING)
