"""Where a webhook may lead: a name on the public net, over TLS. Nothing inside our own walls can be reached by one.

The name is resolved once, every address it has must be allowed, and the connection goes to the very address that was
checked: a name that leads elsewhere a moment later leads nowhere.
"""

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

PORTS = frozenset({443, 8443})
LONGEST = 2000
LABEL = r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"
NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*\.?")
PRINTED = re.compile(r"[\x21-\x7e]+")  # what an address consists of: no blank, no control character, no kanji

# Public by their number and yet not a stranger's: machines of a cloud that serve the machine they run on, and relays.
NOT_A_STRANGER = (IPv4Network("168.63.129.16/32"), IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
GIVEN_OUT = IPv6Network("2000::/3")  # all of IPv6 that is in use: no mapped IPv4, no NAT64, nothing link-local
# Teredo and its like, 6to4 (an IPv4 address inside), and what is printed in examples.
NOBODY_S = (IPv6Network("2001::/23"), IPv6Network("2001:db8::/32"), IPv6Network("2002::/16"), IPv6Network("3fff::/20"))


# Names of machines within a building, which nobody can register on the public net (RFC 6761, 6762, 8375; ICANN).
WITHIN = frozenset({"localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan"})
HOME = ".home.arpa"


class Forbidden(Exception):
    """Nothing may be sent there. `about` says what is wrong: form, scheme, port or address."""

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


@dataclass(frozen=True)
class Target:
    """An address taken apart. `host` is in ASCII; `local` says that it is this machine, over plain http, to try out."""

    host: str
    port: int
    path: str
    local: bool = False

    @property
    def named(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 443 and not self.local else f"{host}:{self.port}"


def target(url: str, *, local: bool = False) -> Target:
    """Take an address apart. Raises Forbidden for what can be no webhook, before anything is resolved.

    With `local`, http to this machine is allowed as well, at any port.
    """
    if len(url) > LONGEST or not url:
        raise Forbidden("form")
    host_part, path = _cut(url)
    if not PRINTED.fullmatch(path or "/") or "\\" in url:
        raise Forbidden("form")
    try:
        parts = urlsplit(host_part)
        port, host = parts.port, _ascii(parts.hostname or "")
    except ValueError:  # UnicodeError, for a host that cannot be one, is a ValueError
        raise Forbidden("form") from None
    if "@" in parts.netloc or not host or any(c <= " " for c in url):
        raise Forbidden("form")
    here = local and parts.scheme == "http" and _this_machine(host)
    if parts.scheme != "https" and not here:
        raise Forbidden("scheme")
    port = port if port is not None else (80 if here else 443)
    if port not in PORTS and not here:
        raise Forbidden("port")
    if not here and _inside(host):
        raise Forbidden("address")
    return Target(host, port, path.partition("#")[0] or "/", here)


def addresses(wanted: Target) -> list[Any]:
    """The socket addresses of a target, each of them allowed. Raises Forbidden, or OSError for an unknown name."""
    found = socket.getaddrinfo(wanted.host, wanted.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    if not found:
        raise OSError("no address")
    for _family, _type, _protocol, _name, place in found:
        if not allowed(str(place[0]), local=wanted.local):
            raise Forbidden("address")
    return [(family, place) for family, _type, _protocol, _name, place in found]


def allowed(text: str, *, local: bool = False) -> bool:
    """Whether a webhook may go to this address: one of the public net; with `local`, of this machine and no other."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if local:
        return address.is_loopback
    return _stranger_v6(address) if isinstance(address, IPv6Address) else _stranger_v4(address)


def _stranger_v4(address: IPv4Address) -> bool:
    odd = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not odd and not any(address in net for net in NOT_A_STRANGER)


def _stranger_v6(address: IPv6Address) -> bool:
    if address.scope_id or address.ipv4_mapped or address.sixtofour or address.teredo:
        return False
    return address.is_global and address in GIVEN_OUT and not any(address in net for net in NOBODY_S)


def _cut(url: str) -> tuple[str, str]:
    """Scheme and host, and the rest: so that nothing in a path can be read as a host."""
    found = re.fullmatch(r"([a-z]+://[^/?#]*)(.*)", url, re.IGNORECASE | re.DOTALL)
    if not found:
        raise Forbidden("form")
    rest = found[2]
    return found[1], rest if not rest or rest.startswith("/") else f"/{rest}"


def _ascii(host: str) -> str:
    if "%" in host:
        raise ValueError(host)
    if ":" in host:
        return str(IPv6Address(host))
    name = host if host.isascii() else host.encode("idna").decode()
    if not NAME.fullmatch(name) or len(name) > 253:
        raise ValueError(host)
    return name


def _number(host: str) -> bool:
    """Whether a host is an address itself, and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _inside(host: str) -> bool:
    """Whether a host is known for one of ours before anything is resolved: by its number, or by its name.

    What a resolver would read as a number in another notation (0x7f.1, 2130706433) is never a name of the public net.
    """
    if _number(host):
        return not allowed(host)
    name = host.rstrip(".")
    last = name.rpartition(".")[2]
    return "." not in name or last in WITHIN or name.endswith(HOME) or last[0].isdigit()


def _this_machine(host: str) -> bool:
    return host == "localhost" or host == "::1" or host.startswith("127.")
