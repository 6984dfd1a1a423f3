"""What ``demo`` says when everything runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Access:
    """The administrator's password, if it was made here, and the addresses of the demo study by name.

    stand_in: the port of Mechanical Turk's stand-in; None without one.
    """

    password: str | None
    links: Mapping[str, str] = field(default_factory=dict)
    stand_in: int | None = None


def banner(base: str, access: Access) -> str:
    """The addresses and the administrator's password."""
    rows = {
        "Home": f"{base}/",
        **{name: f"{base}{path}" for name, path in access.links.items()},
        **({"Stand-in": f"http://127.0.0.1:{access.stand_in}/ (Mechanical Turk)"} if access.stand_in else {}),
        "Console": f"{base}/admin/",
        "  user": "admin",
        "  password": access.password or "(yours; './machina demo --reset-password' makes a new one)",
        "API": f"{base}/api/docs/",
    }
    width = max(len(name) for name in rows)
    lines = [f"  {name:<{width}}  {text}" for name, text in rows.items()]
    return "\n".join(["", "Machina runs. Ctrl-C stops it.", "", *lines, ""])
