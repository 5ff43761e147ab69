"""Which addresses we may call: public ones, and those of networks that the stack's owner allows."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

# IANA, "IPv4 Special-Purpose Address Registry", with multicast, broadcast and what is reserved.
_SPECIAL_V4 = """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
    192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24
    203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
"""
# IANA, "IPv6 Special-Purpose Address Registry", what lies among the global unicast addresses: Teredo (in the first) and
# 6to4 (2002::/16) lead to IPv4 addresses of anyone's choice.
_SPECIAL_V6 = "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20"
_SPECIAL = [ip_network(text) for text in (_SPECIAL_V4 + _SPECIAL_V6).split()]
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # IANA, "Internet Protocol Version 6 Address Space": nothing else is in use
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4 address that is reached


def networks(text: str) -> tuple[Network, ...]:
    """Networks in CIDR notation, separated by commas; none in an empty text. ValueError when one of them is not."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def may_call(address: str, allowed: Sequence[Network]) -> bool:
    """Whether a numeric address is public, or in one of the `allowed` networks. What stands for an IPv4 address inside
    an IPv6 one is judged as that."""
    plain = _meant(ip_address(address.partition("%")[0]))
    if any(plain in network for network in allowed):
        return True
    if plain.version == 6 and plain not in _GLOBAL_UNICAST:
        return False
    return plain.is_global and not any(plain in network for network in _SPECIAL)


def _meant(address: Address) -> Address:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
