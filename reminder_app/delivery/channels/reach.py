"""Connections to servers that people of a workspace name: where a name leads is looked at first, and
what was looked at is what is reached."""

import ipaddress
import socket
import time
from typing import Any

from reminder_app.translations import N_

# What `is_global` of this Python lets through: protocol assignments, a relay, and what is no unicast
# address of today.
CLOSED = [
    ipaddress.ip_network(text)
    for text in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")
]
UNICAST = ipaddress.ip_network("2000::/3")
NAT64 = ipaddress.ip_network("64:ff9b::/96")
LEAST_SECONDS = 0.001


class PrivateHost(OSError):
    """Behind the name is this machine, or a network that is not open to everybody."""

    def __init__(self) -> None:
        super().__init__(N_("it leads into a private network"))


def reach(host: str, port: int, seconds: float, *, may_be_private: bool) -> socket.socket:
    """A connection to the first of its addresses that takes one. Raises OSError.

    With one address that is private none is reached: who names a host decides what it leads to.
    """
    until = time.monotonic() + seconds
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not may_be_private and not all(is_public(str(one[4][0])) for one in found):
        raise PrivateHost
    trouble: OSError = socket.gaierror(socket.EAI_NONAME, N_("it has no address"))
    for family, kind, protocol, _, address in found:
        try:
            return connected(family, kind, protocol, address, until)
        except OSError as error:
            trouble = error
    raise trouble


def connected(
    family: int, kind: int, protocol: int, address: tuple[Any, ...], until: float
) -> socket.socket:
    found = socket.socket(family, kind, protocol)
    try:
        found.settimeout(max(until - time.monotonic(), LEAST_SECONDS))
        found.connect(address)
    except BaseException:
        found.close()
        raise
    return found


def is_public(text: str) -> bool:
    """Whether anybody may reach this address; of one that holds another, both."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = inside(address)
        if inner:
            return is_public(str(inner))
        if address not in UNICAST:
            return False
    is_closed = any(address.version == net.version and address in net for net in CLOSED)
    return address.is_global and not address.is_multicast and not is_closed


def inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that packets to it end at, where there is one."""
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
