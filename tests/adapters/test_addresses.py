"""Which addresses may be called."""

from __future__ import annotations

import pytest

from quire.adapters.addresses import may_call, networks


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "52.94.236.248",
        "172.15.255.255",
        "172.32.0.0",
        "2600:1f18::1",
        "2a00:1450:4001:81b::200e",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_public_addresses_may_be_called(address: str) -> None:
    assert may_call(address, ())


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104
        "10.0.0.1",
        "100.64.0.1",  # shared among a carrier's customers
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",  # what a machine tells of itself, with its credentials
        "169.254.170.2",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.170",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",  # 127.0.0.1 as it was once written
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",  # 169.254.169.254 behind NAT64
        "64:ff9b:1::1",
        "100::1",
        "2001::1",  # Teredo
        "2001:db8::1",
        "2002:7f00:1::",  # 127.0.0.1 by 6to4
        "2002:808:808::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",  # what a machine tells of itself, by IPv6
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_all_others_may_not(address: str) -> None:
    assert not may_call(address, ())


def test_the_networks_of_an_empty_text_are_none() -> None:
    assert networks("") == networks(" , ") == ()


@pytest.mark.parametrize("text", ["10.0.0.1/8", "everything", "10.0.0.0/33"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        networks(text)


def test_an_allowed_network_may_be_called_and_no_other() -> None:
    allowed = networks("127.0.0.1/32, 10.1.0.0/16,fd00::/8")
    assert all(may_call(a, allowed) for a in ("127.0.0.1", "10.1.2.3", "fd12::1", "::ffff:127.0.0.1", "8.8.8.8"))
    assert not any(may_call(a, allowed) for a in ("127.0.0.2", "10.2.0.1", "::1", "169.254.169.254"))
