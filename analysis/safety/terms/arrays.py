"""How numbers travel: the arrays that all parts share."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # who only reads constraints needs no numpy: a web process starts without it
    import numpy as np
    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float64]"

Mask: TypeAlias = "NDArray[np.bool_]"

Rows: TypeAlias = "NDArray[np.intp]"
"""Which rows (or episodes) of a data set, by position."""
