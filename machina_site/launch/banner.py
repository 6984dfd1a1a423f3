"""What ``demo`` says when everything runs."""

from collections.abc import Mapping


def banner(base: str, *, password: str | None, links: Mapping[str, str]) -> str:
    """The addresses and the administrator's password."""
    shown = password or "(yours; './machina demo --reset-password' makes a new one)"
    rows = {
        "Home": f"{base}/",
        "Console": f"{base}/admin/",
        "  user": "admin",
        "  password": shown,
        "API": f"{base}/api/docs/",
        **{name: f"{base}{path}" for name, path in links.items()},
    }
    width = max(len(name) for name in rows)
    lines = [f"  {name:<{width}}  {text}" for name, text in rows.items()]
    return "\n".join(["", "Machina runs. Ctrl-C stops it.", "", *lines, ""])
