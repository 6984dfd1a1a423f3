"""What only `make proof` does: it looks longer, more often, or at more variants than each push can wait for."""

import os
from typing import Final

import pytest

PROOF: Final = bool(os.environ.get("PROOF"))
ONLY_IN_PROOF: Final = pytest.mark.skipif(not PROOF, reason="`make proof` does this: it takes long")
