"""The one way onto the network: names are resolved once, every address is checked, and the checked one is connected to."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from ssl import SSLContext
from typing import Any

import httpcore

Resolve = Callable[[str, int], Iterable[str]]
"""Host and port → the addresses that it has."""

_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")


class AddressRefused(Exception):
    """Raised for a host that is, or may be, inside the owner's own network. The message completes "The page …"."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of ``host`` as the system's resolver gives them. Raises OSError for an unknown name."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether ``address`` is on the open internet: not loopback, private, link-local, reserved, nor a cover for such a one."""
    ip = ip_address(address.partition("%")[0])
    inner = _covered(ip) if isinstance(ip, IPv6Address) else None
    return ip.is_global and not ip.is_multicast and (inner is None or (inner.is_global and not inner.is_multicast))


def _covered(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to, if any."""
    if ip in _NAT64 or ip in _COMPATIBLE:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses only, and ends everything at ``deadline``, however slowly bytes drip in."""

    def __init__(self, allow_private: bool, resolver: Resolve = resolve) -> None:
        self.deadline = float("inf")
        self._allow_private, self._resolve, self._backend = allow_private, resolver, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of ``host``.

        Raises:
            AddressRefused: one of its addresses is not public.
            httpcore.ConnectError: it has none, or none answers.
        """
        try:
            addresses = list(self._resolve(host, port))
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host!r} is unknown") from error
        if not self._allow_private and not all(map(is_public, addresses)):
            raise AddressRefused(
                f"is at {host!r}, a private address; set 'private_addresses' to load pages of your own network"
            )
        if not addresses:
            raise httpcore.ConnectError(f"the name {host!r} has no address")
        stream = self._backend.connect_tcp(addresses[0], port, self._left(), local_address, socket_options)
        return _TimedStream(stream, self._left)

    def _left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("too slow")
        return left


class _TimedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self._stream, self._left = stream, left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, self._left()), self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
