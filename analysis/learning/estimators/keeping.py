"""Fitted estimators as bytes and back, without pickles: skops writes JSON and arrays, and makes only what it knows.

What it does not know by itself is made only if it is a class or function of scikit-learn, scipy or numpy in `TRUSTED`:
a file cannot name anything else. An estimator that cannot be written is refused with a sentence, before it is trained
for hours: see `keepable`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOMS = ("sklearn",)
TRUSTED = frozenset(
    {
        "numpy.dtype",
        "numpy.mean",
        "scipy.interpolate._bsplines.BSpline",
        "scipy._lib.array_api_compat.numpy._aliases.asarray",
    }
)


class NotKeepable(ValueError):
    """This estimator cannot be written without pickles."""


def written(estimator: Any) -> NDArray[np.uint8]:
    """NotKeepable, with the reason, if it holds what cannot be written."""
    from skops.io import dumps
    from skops.io.exceptions import UnsupportedTypeException

    try:
        return np.frombuffer(dumps(estimator), dtype=np.uint8)
    except UnsupportedTypeException as error:
        raise NotKeepable(f"{type(estimator).__name__} cannot be kept: {error}") from error


def restored(content: NDArray[np.uint8]) -> Any:
    """What `written` wrote. ValueError if it names anything that is not trusted; nothing is made then."""
    from skops.io import get_untrusted_types, loads

    data = content.tobytes()
    wanted = get_untrusted_types(data=data)
    if strange := [name for name in wanted if not _is_trusted(name)]:
        raise ValueError(f"This estimator holds {', '.join(strange)}, which is not made of a file.")
    return loads(data, trusted=wanted)


def _is_trusted(name: str) -> bool:
    """A class or a scoring function of scikit-learn, found where the name says; or one of the few others."""
    if name in TRUSTED:
        return True
    module, _, attribute = name.rpartition(".")
    if module.partition(".")[0] not in ROOMS:
        return False
    try:
        found = getattr(import_module(module), attribute, None)
    except ImportError:
        return False
    return isinstance(found, type) or (callable(found) and module.startswith(FUNCTIONS))


FUNCTIONS = ("sklearn.feature_selection", "sklearn.cluster._kmeans", "sklearn.metrics.pairwise")
