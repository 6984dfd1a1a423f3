"""How people arrive from the platforms, as participants' doors know it. A new platform is one line here."""

from crowd.arriving.kinds import CrowdArrival
from crowd.arriving.parameters import mturk, prolific
from participants.arrivals import ARRIVALS


def register_all() -> None:
    """Tell the doors."""
    for kind in (CrowdArrival("mturk", mturk), CrowdArrival("prolific", prolific)):
        ARRIVALS[kind.name] = kind
