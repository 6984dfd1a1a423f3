"""The platforms, by name. A new one: docs/recipes/add-a-platform.md."""

from crowd.platforms.base import Platform
from crowd.platforms.kinds import Kind
from crowd.platforms.link import LINK
from crowd.platforms.mturk.kind import MTURK
from crowd.platforms.prolific.kind import PROLIFIC
from crowd.platforms.testing.kind import TEST

PLATFORMS: dict[str, Kind] = {kind.name: kind for kind in (MTURK, PROLIFIC, LINK, TEST)}
NOT_READ = tuple(name for name, kind in PLATFORMS.items() if not kind.is_read)

__all__ = ("NOT_READ", "PLATFORMS", "Kind", "Platform")
