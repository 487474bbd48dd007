"""Servers that people name: none of ours and none of the neighbours' is reached through us."""

import socket
import threading
from contextlib import suppress

import pytest

from reminder_app.delivery.channels.reach import PrivateHost, is_public, reach


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.5", "169.254.169.254",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::",
        "2002:c0a8:105::1",
    ],
)  # fmt: skip
def test_what_is_not_open_to_everybody(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_what_is(address):
    assert is_public(address)


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=take_one, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1]


def take_one(listening):
    with suppress(OSError):
        found, _ = listening.accept()
        with found:
            found.sendall(b"here")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "0x7f.1", "2130706433", "0"])
def test_a_private_one_is_not_even_knocked_at(port, host):
    with pytest.raises(PrivateHost):
        reach(host, port, 30, may_be_private=False)


def test_it_is_reached_where_the_operator_trusts_all(port):
    with reach("localhost", port, 30, may_be_private=True) as found:
        assert found.recv(4) == b"here"


def test_one_private_address_among_public_ones_is_enough(monkeypatch, port):
    """Else a name with two addresses leads in with its second."""
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
        for address in ("1.1.1.1", "127.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)

    with pytest.raises(PrivateHost):
        reach("rebound.example", port, 30, may_be_private=False)
