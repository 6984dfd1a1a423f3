"""The sites that scripted workers know: one line for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crowd.standin.crowds.mturk_site import MTurkSite
from crowd.standin.crowds.platform_site import Site
from crowd.standin.crowds.prolific_site import ProlificSite

SITES: Mapping[str, Callable[[str, str], Site]] = {"mturk": MTurkSite, "prolific": ProlificSite}
