"""Fetching from addresses that strangers may choose: bounded in time and size, and only from public hosts."""

from __future__ import annotations

import asyncio
import socket
import ssl
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

import httpx

from services import VERSION

if TYPE_CHECKING:
    from services.runtime.settings import Settings

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_MODIFIED = 304
_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_HEADERS = {
    "User-Agent": f"tocsin/{VERSION}",
    "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5",
    "Accept-Encoding": "gzip",
}


class FetchError(Exception):
    """A fetch that failed; ``retry_after`` is the pause in seconds that the server asked for, if it did."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Document:
    """What was fetched: the address that it came from in the end, and what to ask with the next time."""

    url: str
    content: bytes
    content_type: str = ""
    etag: str | None = None
    modified: str | None = None


async def fetch(url: str, settings: Settings, last: Document | None = None) -> Document | None:
    """Fetch a document; None where it has not changed since ``last``.

    Every hop must be http(s) and every address of its host public (unless the settings allow others), and the
    connection goes to the very address that was checked. No proxy, no cookies. Raises ``FetchError``.
    """
    limits = httpx.Limits(max_keepalive_connections=0)  # two hosts at one address must not share a TLS connection
    try:
        async with (
            asyncio.timeout(settings.feeds_timeout_seconds),
            httpx.AsyncClient(
                verify=httpx.create_ssl_context(),
                trust_env=False,
                limits=limits,
                timeout=None,  # noqa: S113 - the whole is bounded
            ) as client,
        ):
            return await _follow(client, httpx.URL(url), settings, last)
    except TimeoutError:
        raise FetchError(f"took more than {settings.feeds_timeout_seconds:g} s") from None
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, zlib.error, OSError, UnicodeError) as error:
        raise FetchError(f"{type(error).__name__}: {error}") from error


def is_public(address: str) -> bool:
    """Tell whether an IP address is out on the internet, looking into IPv6 forms that wrap an IPv4 address."""
    ip: IPv4Address | IPv6Address | None = ip_address(address)
    if isinstance(ip, IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            wrapped = IPv4Address(int(ip) & 0xFFFFFFFF)
        if wrapped is None and ip not in _GLOBAL_UNICAST:
            return False
        ip = wrapped or ip
    return ip is not None and ip.is_global and not ip.is_multicast


async def addresses(host: str, port: int, *, allow_private: bool) -> list[str]:
    """Resolve a host. Raises ``FetchError`` if one of its addresses is not public, ``OSError`` if it has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    resolved = list(dict.fromkeys(str(info[4][0]) for info in found))
    private = [address for address in resolved if not is_public(address)]
    if private and not allow_private:
        raise FetchError(f"{host} is at the private address {private[0]}; TOCSIN_FEEDS_ALLOW_PRIVATE would allow it")
    return resolved


async def _follow(
    client: httpx.AsyncClient, url: httpx.URL, settings: Settings, last: Document | None
) -> Document | None:
    headers = dict(_HEADERS)
    if last and last.etag:
        headers["If-None-Match"] = last.etag
    if last and last.modified:
        headers["If-Modified-Since"] = last.modified
    for _ in range(MAX_REDIRECTS + 1):
        response = await _open(client, url, headers, settings)
        try:
            if response.status_code == _NOT_MODIFIED and last:
                return None
            if response.status_code not in _REDIRECTS:
                return await _document(url, response, settings.feeds_max_bytes)
            url = url.join(response.headers.get("location", ""))
        finally:
            await response.aclose()
    raise FetchError(f"more than {MAX_REDIRECTS} redirects")


async def _open(
    client: httpx.AsyncClient, url: httpx.URL, headers: dict[str, str], settings: Settings
) -> httpx.Response:
    """Ask the first address of the host that takes the connection."""
    if url.scheme not in ("http", "https") or not url.host:
        raise FetchError(f"{url.scheme or 'an address without a scheme'} is not http(s)")
    host = url.raw_host.decode("ascii")
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    refused: httpx.ConnectError | None = None
    for address in await addresses(host, port, allow_private=settings.feeds_allow_private):
        request = client.build_request(
            "GET",
            url.copy_with(host=address),
            headers=headers | {"Host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": host},
        )
        try:
            return await client.send(request, stream=True)
        except httpx.ConnectError as error:
            refused = error
    raise refused or FetchError(f"{host} has no address")


async def _document(url: httpx.URL, response: httpx.Response, limit: int) -> Document:
    if not response.is_success:
        wait = response.headers.get("retry-after", "")
        raise FetchError(f"HTTP status {response.status_code}", float(wait) if wait.isdecimal() else None)
    content = bytearray()
    async for chunk in _unpacked(response, limit + 1):
        content += chunk
        if len(content) > limit:
            raise FetchError(f"has more than {limit:,} bytes")
    return Document(
        url=str(url),
        content=bytes(content),
        content_type=response.headers.get("content-type", ""),
        etag=response.headers.get("etag"),
        modified=response.headers.get("last-modified"),
    )


async def _unpacked(response: httpx.Response, limit: int) -> AsyncIterator[bytes]:
    """Unpack the body by pieces of at most ``limit`` bytes: httpx would unpack a bomb first and show its size after."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise FetchError(f"the content encoding {encoding} was not asked for")
    unpacker = None if encoding in ("identity", "") else zlib.decompressobj(zlib.MAX_WBITS | 32)
    async for chunk in response.aiter_raw():
        yield unpacker.decompress(chunk, limit) if unpacker else chunk
