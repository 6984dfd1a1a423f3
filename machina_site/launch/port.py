"""Is the port free? Asked before anything is started."""

import socket


def is_free(host: str, port: int) -> bool:
    """May we listen there?"""
    with socket.socket(socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError):
            return False
    return True
