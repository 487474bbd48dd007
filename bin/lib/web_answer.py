"""Asks the web part how it is, as a load balancer would."""

import http.client

TIME_OUT = 5.0  # seconds


def is_live(host: str, port: int) -> bool:
    return status(host, port, "/health/live") in range(200, 500)


def is_ready(host: str, port: int) -> bool:
    return status(host, port, "/health/ready") == http.client.OK


def status(host: str, port: int, path: str) -> int:
    """0 while nobody answers."""
    connection = http.client.HTTPConnection(host, port, timeout=TIME_OUT)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
