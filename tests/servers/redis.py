import redis

from tests.servers.process import Server, find_program

PACKAGE = "redis-server"
# Where something else is asked than what a silent Redis does, a busy machine is given time.
PATIENT = "socket_timeout=30&socket_connect_timeout=30"


class Redis(Server):
    """Keeps nothing over kill(): the product must not mind."""

    name = "redis"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def patient_url(self) -> str:
        """With which the product waits longer for it than it does."""
        return f"{self.url}?{PATIENT}"

    def command(self) -> list[str]:
        return [
            find_program("redis-server", PACKAGE),
            *("--port", str(self.port)),
            *("--bind", "127.0.0.1"),
            *("--dir", str(self.folder)),
            *("--save", ""),
            *("--appendonly", "no"),
            *("--daemonize", "no"),
        ]

    def is_ready(self) -> bool:
        with self.client() as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=30, socket_connect_timeout=30)
