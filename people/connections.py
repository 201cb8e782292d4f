"""Connections to the company's sign-in service: to no address inside a network, unless a setting names the network.

The address of the service comes from the operator, but the addresses it answers with, and those it sends on to, do not.
"""

import socket
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Final

from django.conf import settings
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidURL
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

# Addresses of IPv6 that carry one of IPv4 lead to wherever that one lies.
CARRIERS: Final = [ip_network(one) for one in ("::ffff:0:0/96", "64:ff9b::/96", "2002::/16", "2001::/32")]


class AddressRefused(InvalidURL):
    """The name leads into a network that SSO_PRIVATE_NETWORKS does not name."""


def allowed_address(host: str, port: int) -> str:
    """The address to connect to, looked up once, so that no second answer of the name can differ from the first."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        if _is_allowed(address):
            return address
    raise AddressRefused(f"{host} leads to {', '.join(found)}, which SSO_PRIVATE_NETWORKS does not allow.")


def _is_allowed(text: str) -> bool:
    address = ip_address(text.partition("%")[0])
    if any(address in network for network in settings.SSO_PRIVATE_NETWORKS):
        return True
    carries = isinstance(address, IPv6Address) and any(address in network for network in CARRIERS)
    return address.is_global and not address.is_multicast and not carries


class Guarded:
    """Mixed into a connection: the name stays as it is for the certificate and the Host header."""

    _dns_host: str
    port: int

    def _new_conn(self) -> socket.socket:
        name, self._dns_host = self._dns_host, allowed_address(self._dns_host, self.port)
        try:
            made: socket.socket = super()._new_conn()  # type: ignore[misc]
        finally:
            self._dns_host = name
        return made


class GuardedHTTP(Guarded, HTTPConnection):
    """Without encryption, as inside a company."""


class GuardedHTTPS(Guarded, HTTPSConnection):
    """With encryption."""


class PlainPool(HTTPConnectionPool):
    ConnectionCls = GuardedHTTP


class EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = GuardedHTTPS


class GuardedAdapter(HTTPAdapter):
    """Looks at every address a session connects to, those of redirects included.

    Where the environment names a proxy, the session connects to the proxy alone, and the proxy decides.
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": EncryptedPool}
