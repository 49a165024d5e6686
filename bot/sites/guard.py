"""Which addresses the desk reads from: those of the public internet, unless the bureau names networks of its own.

Decided about the address that is connected to, never about the name: a name can say one thing now and another a
moment later (DNS rebinding).
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
PORTS: Final = {"http": 80, "https": 443}
_SPECIAL: Final = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24")))  # protocols', 6to4 relays
_UNICAST: Final = ipaddress.ip_network("2000::/3")  # all that is given out of IPv6
_TUNNELS: Final = tuple(map(ipaddress.ip_network, ("2001::/32", "2002::/16")))  # an IPv4 address is hidden in them
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")  # an IPv4 address, seen from a network without IPv4


class Refused(Exception):
    """The desk does not go there; says why in one word."""


@dataclass(frozen=True)
class Guard:
    """What may be reached besides the public internet."""

    networks: tuple[Network, ...] = ()  # of the bureau's own, at any port
    ports: frozenset[int] = frozenset(PORTS.values())

    def check_url(self, url: str) -> SplitResult:
        """Return the parts of an address that may be asked for; Refused: another kind, a password in it, no host."""
        try:
            parts = urlsplit(url)
            port = port_of(parts)
        except ValueError as garbled:
            raise Refused("garbled") from garbled
        if parts.scheme.lower() not in PORTS or not parts.hostname or port == 0:
            raise Refused("garbled")
        if parts.username is not None or parts.password is not None:
            raise Refused("password")
        return parts

    def check(self, address: str, port: int) -> None:
        """Refuse an address, as the name was resolved to, and a port."""
        found = ipaddress.ip_address(address.partition("%")[0])
        plain = _within(found)
        if any(each in network for network in self.networks for each in {found, plain} if _alike(each, network)):
            return
        if not is_public(found):
            raise Refused("private")
        if port not in self.ports:
            raise Refused("port")


def networks(named: Iterable[str]) -> tuple[Network, ...]:
    """Read networks and single addresses as a setting names them; ValueError for one that is none."""
    return tuple(ipaddress.ip_network(each, strict=False) for each in named)


def port_of(parts: SplitResult) -> int:
    """Return the port of an address; ValueError for one that cannot be."""
    return PORTS.get(parts.scheme.lower(), 0) if parts.port is None else parts.port


def is_public(address: Address) -> bool:
    """Say whether an address is of the public internet: neither private, loopback, link-local, shared nor multicast."""
    plain = _within(address)
    if isinstance(plain, ipaddress.IPv6Address):
        return plain in _UNICAST and plain.is_global and not any(plain in tunnel for tunnel in _TUNNELS)
    special = plain.is_multicast or plain.is_reserved or any(plain in each for each in _SPECIAL)
    return plain.is_global and not special


def _within(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for; any other as it is."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address


def _alike(address: Address, network: Network) -> bool:
    return address.version == network.version
