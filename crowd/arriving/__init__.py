"""How people arrive from the platforms, as participants' doors know it. A new platform is one line here."""

from crowd.arriving.handing_over import hand_over
from crowd.arriving.kinds import CrowdArrival
from crowd.arriving.parameters import mturk, prolific
from crowd.arriving.plain_link import link
from participants.arrivals import ARRIVALS
from participants.handoffs import HANDOFFS


def register_all() -> None:
    """Tell the doors."""
    for kind in (CrowdArrival("mturk", mturk), CrowdArrival("prolific", prolific), CrowdArrival("link", link)):
        ARRIVALS[kind.name] = kind
        HANDOFFS[kind.name] = hand_over
