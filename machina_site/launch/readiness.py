"""Waiting for the whole of it: pages, servers, and a task that beat sent and a worker ran."""

import http.client

from machina_site import heartbeat


def pages_answer(host: str, port: int) -> bool:
    """Does /readyz say 200?"""
    link = http.client.HTTPConnection(host, port, timeout=5)
    try:
        link.request("GET", "/readyz", headers={"Host": "localhost"})
        return link.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def tasks_run() -> bool:
    """Was a periodic task carried out since ``forget_heartbeat``?"""
    return heartbeat.seconds_since() is not None
