"""Which items stand at an address of another provider: said to the claimant and to staff, and never refused for it."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from tracker.models import Item, Service


def elsewhere(service: Service, items: Iterable[Item]) -> list[int]:
    """The numbers of the items whose URL names no host of `service`; none where its hosts are not set."""
    hosts = service.hosts.lower().split()
    if not hosts:
        return []
    return [item.no for item in items if (host := _host(item)) and not _of(host, hosts)]


def _host(item: Item) -> str:
    """The host of an item's address; empty for another locator."""
    try:
        return (urlsplit(item.url_normal).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _of(host: str, hosts: Iterable[str]) -> bool:
    return any(host == one or host.endswith("." + one) for one in (name.removeprefix("www.") for name in hosts))
