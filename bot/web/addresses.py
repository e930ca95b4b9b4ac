"""Whose address a request really came from (R-73).

``X-Forwarded-For`` is a claim. Only proxies the administrator named are believed, from the right:
each one vouches for the address before it, and the first address nobody vouches for is the client.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Network, IPv6Network

    from aiohttp import web

    Address = IPv4Address | IPv6Address
    Network = IPv4Network | IPv6Network

_LOCAL = IPv4Address("127.0.0.1")
"""Stands for a peer on a unix socket, which has no address."""


def client_address(request: web.Request, trusted: Sequence[Network]) -> Address:
    """Return the nearest address that is not one of the trusted proxies."""
    address = _parsed(request.remote or "") or _LOCAL
    claims = [each.strip() for line in request.headers.getall("X-Forwarded-For", ()) for each in line.split(",")]
    while claims and _within(address, trusted):
        claimed = _parsed(claims.pop())
        if claimed is None:
            break
        address = claimed
    return address


def bucket(address: Address) -> str:
    """Return the key that budgets count by: an IPv4 address, or the /64 a single subscriber owns (R-72)."""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, 64), strict=False))


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _parsed(text: str) -> Address | None:
    """Return the address in ``1.2.3.4``, ``1.2.3.4:56``, ``::1`` or ``[::1]:56``; a mapped IPv4 as IPv4."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
