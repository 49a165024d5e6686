"""The desk reads from the public internet alone, and from the networks that the bureau names."""

import pytest

from bot.sites.guard import Guard, Refused, networks

PRIVATE = (
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.1", "203.0.113.9"),
    *("192.88.99.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::7f00:1", "64:ff9b::a00:1"),
    *("64:ff9b:1::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1"),
    *("2001:db8::1", "2001:0:1::1", "2002:a00:1::1", "100::1"),
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_of_the_public_internet_is_refused(address: str) -> None:
    """Private, loopback, link-local, shared, reserved and multicast addresses, plain or within IPv6."""
    with pytest.raises(Refused, match="private"):
        Guard().check(address, 443)


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2400:3200::1", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_what_is_public_may_be_asked_at_the_usual_ports(address: str) -> None:
    """And at no other, unless the setting names it."""
    Guard().check(address, 443)
    with pytest.raises(Refused, match="port"):
        Guard().check(address, 6379)
    Guard(ports=frozenset({443, 8443})).check(address, 8443)


def test_a_network_that_the_bureau_names_is_its_own() -> None:
    """At any port; its neighbour is not."""
    guard = Guard(networks(["10.20.0.0/16", "127.0.0.1", "fd00::/8"]))
    guard.check("10.20.3.4", 1200)
    guard.check("::ffff:10.20.3.4", 1200)
    guard.check("fd00::9", 80)
    for address in ("10.21.0.1", "127.0.0.2", "169.254.169.254"):
        with pytest.raises(Refused, match="private"):
            guard.check(address, 80)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://a.cn/x", "garbled"), ("file:///etc/passwd", "garbled"), ("gopher://a.cn/", "garbled"),
        ("http:///x", "garbled"), ("http://[::1", "garbled"), ("http://a.cn:99999/", "garbled"),
        ("http://a.cn:0/", "garbled"), ("http://user:secret@a.cn/", "password"), ("http://user@a.cn/", "password"),
    ],
)  # fmt: skip
def test_an_address_of_another_kind_is_refused(url: str, why: str) -> None:
    """Only http and https, with a host, and nobody's password."""
    with pytest.raises(Refused, match=why):
        Guard().check_url(url)
