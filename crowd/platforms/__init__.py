"""The platforms, by name. A new one: docs/recipes/add-a-platform.md."""

from crowd.platforms.base import PLATFORMS, Platform

__all__ = ("PLATFORMS", "Platform")
