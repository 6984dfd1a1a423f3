"""Whether the extra for ONNX is installed, asked without importing it."""

from importlib.util import find_spec
from typing import Final

PACKAGES: Final = ("onnx", "skl2onnx")


class NotExportable(ValueError):
    """ONNX cannot say what this model does."""


def is_available() -> bool:
    """Whether models can be exported."""
    return all(find_spec(package) for package in PACKAGES)
