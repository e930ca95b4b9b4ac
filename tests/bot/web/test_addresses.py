"""R-73: a forged X-Forwarded-For changes nothing; only named proxies are believed."""

from ipaddress import ip_address, ip_network
from unittest.mock import Mock

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from bot.web.addresses import bucket, client_address

PROXIES = [ip_network("10.0.0.0/8"), ip_network("127.0.0.1"), ip_network("fd00::/8")]


def request(peer: str, *forwarded: str):
    transport = Mock()
    transport.get_extra_info = lambda name, default=None: (peer, 1234) if name == "peername" and peer else default
    headers = CIMultiDict([("X-Forwarded-For", line) for line in forwarded])
    return make_mocked_request("GET", "/", headers=headers, transport=transport)


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["1.1.1.1"], "203.0.113.9"),
        ("10.0.0.1", ["1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", ["6.6.6.6, 1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", ["6.6.6.6, 1.1.1.1, 10.0.0.2"], "1.1.1.1"),
        ("10.0.0.1", ["6.6.6.6", "1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", ["1.1.1.1:5555"], "1.1.1.1"),
        ("10.0.0.1", ["[2001:db8::1]:443"], "2001:db8::1"),
        ("10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("fd00::1", ["::ffff:1.1.1.1"], "1.1.1.1"),
        ("::ffff:10.0.0.1", ["1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", ["1.1.1.1, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["1.1.1.1, 10.0.0.9, <script>"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.2, 10.0.0.3"], "10.0.0.2"),
        ("", ["1.1.1.1"], "1.1.1.1"),
        ("", [], "127.0.0.1"),
    ],
)
def test_the_client_is_the_first_nobody_vouches_for(peer, forwarded, client):
    assert client_address(request(peer, *forwarded), PROXIES) == ip_address(client)


def test_five_hundred_forged_headers_are_one_client():
    seen = {client_address(request("203.0.113.9", f"1.2.{i // 256}.{i % 256}"), PROXIES) for i in range(250)}
    behind = {client_address(request("10.0.0.1", f"1.2.{i // 256}.{i % 256}, 9.9.9.9"), PROXIES) for i in range(250)}
    assert (seen, behind) == ({ip_address("203.0.113.9")}, {ip_address("9.9.9.9")})


def test_a_subscriber_with_a_whole_64_is_one_bucket():
    """R-72."""
    assert bucket(ip_address("1.2.3.4")) == "1.2.3.4"
    assert bucket(ip_address("2001:db8:1:2:3::4")) == bucket(ip_address("2001:db8:1:2::1")) == "2001:db8:1:2::/64"
