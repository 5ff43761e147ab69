"""Calls to where a caller told us to: HTTP that reaches public addresses only, pinned, bounded in size and time.

httpcore asks our backend for each connection, so the address that was judged is the one that is connected to, while the
Host header and TLS speak of the name. It follows no redirect, decodes no body and reads no proxy from the environment;
a head ends at 100 KB (httpcore's `MAX_INCOMPLETE_EVENT_SIZE`)."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urljoin

import httpcore

from quire.adapters.addresses import Network, may_call
from quire.domain.ports import Fetched, NotFetched, NotPosted, Posted
from quire.domain.refusal import Kind, Refusal
from quire.domain.weburl import BadUrl, WebUrl, parse

CONNECT_SECONDS = 5.0
IDLE_SECONDS = 20.0
"""The longest silence of a server that was asked."""
MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_AGAIN = (408, 425, 429)
_TIMEOUTS = {"connect": CONNECT_SECONDS, "read": IDLE_SECONDS, "write": IDLE_SECONDS, "pool": CONNECT_SECONDS}
_ASKING = {"User-Agent": "Quire", "Accept": "*/*", "Accept-Encoding": "identity"}

Resolver = Callable[[str, int], Sequence[str]]
"""The numeric addresses of a host and port. OSError when there are none."""


class Refused(Exception):
    """We do not call there, or did not get what we asked for; `again` says that it may go better another time."""

    def __init__(self, reason: str, *, again: bool = False, kind: Kind = Kind.FETCH_FAILED) -> None:
        super().__init__(reason)
        self.again = again
        self.kind = kind


def addresses_of(host: str, port: int) -> list[str]:
    """As the system resolves them, which also reads other spellings of an address (0x7f.1, 2130706433)."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class Outbound:
    """`quire.domain.ports.Web`. `allowed` are networks that may be called though they are not public."""

    allowed: Sequence[Network] = ()
    resolve: Resolver = addresses_of
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def fetch(self, url: str, path: Path, *, most_bytes: int, seconds: float) -> Fetched | NotFetched:
        """The seconds are those of all redirects together."""
        end = time.monotonic() + seconds
        try:
            for _ in range(MOST_REDIRECTS + 1):
                with self.exchange("GET", url, _ASKING, end=end) as answer:
                    onward = _onward(url, answer)
                    if onward is None:
                        return Fetched(_save(answer, path, most_bytes))
                    url = onward
            raise Refused(f"it redirects more than {MOST_REDIRECTS} times")
        except Refused as refused:
            return NotFetched(Refusal(refused.kind, f"The document could not be fetched: {refused}."), refused.again)

    def post(
        self, url: str, headers: Mapping[str, str], body: bytes, *, most_bytes: int, seconds: float
    ) -> Posted | NotPosted:
        begun = time.monotonic()
        try:
            with self.exchange("POST", url, headers, body, end=begun + seconds) as answer:
                taken = _milliseconds(begun)
                return Posted(answer.status, _first(answer, most_bytes), taken)
        except Refused as refused:
            return NotPosted(f"The call failed: {refused}.", _milliseconds(begun))

    @contextmanager
    def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"", *, end: float
    ) -> Iterator[httpcore.Response]:
        """One request and its answer, whose body is still to be read; redirects are answers like others. `end` is when
        all must be over, by time.monotonic(). Refused."""
        try:
            where = parse(url)
        except BadUrl:
            raise Refused("it redirects to a URL that cannot be called") from None
        said = {"Host": where.netloc, "Connection": "close", **headers}
        try:
            with httpcore.ConnectionPool(ssl_context=self.trust, network_backend=_Guard(self, end)) as pool:
                extensions = {"timeout": _TIMEOUTS}
                with pool.stream(
                    method, _plain(where), headers=list(said.items()), content=body, extensions=extensions
                ) as answer:
                    yield answer
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as fault:
            raise _refused(fault) from None  # its message may tell of the URL


def _plain(where: WebUrl) -> httpcore.URL:
    """In parts that are taken as they are, not read anew."""
    return httpcore.URL(scheme=where.scheme, host=where.host, port=where.port, target=where.target)


def _onward(url: str, answer: httpcore.Response) -> str | None:
    """Where a redirect leads; None when this is the answer. Refused when it is not one of success."""
    status, location = answer.status, _header(answer, b"location")
    if status in _REDIRECTS and location:
        return urljoin(url, location)
    if status != HTTPStatus.OK:
        raise Refused(f"the server answered with status {status}", again=status >= 500 or status in _AGAIN)
    coding = _header(answer, b"content-encoding")
    if coding not in ("", "identity"):
        raise Refused("the server sent a content encoding that it was not asked for")
    return None


def _header(answer: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1").strip() for key, value in answer.headers if key.lower() == name), "")


def _first(answer: httpcore.Response, most_bytes: int) -> bytes:
    """What comes of the body at once. The status is the answer, so a body that breaks off is one, too."""
    with suppress(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        for part in answer.iter_stream():
            return part[:most_bytes]
    return b""


def _milliseconds(begun: float) -> int:
    return int(1000 * (time.monotonic() - begun))


def _save(answer: httpcore.Response, path: Path, most_bytes: int) -> int:
    """Its size in bytes, whatever its head said."""
    too_large = Refused(f"it is larger than {most_bytes // 2**20} MB", kind=Kind.DOCUMENT_TOO_LARGE)
    said = _header(answer, b"content-length")
    if said.isascii() and said.isdigit() and int(said) > most_bytes:
        raise too_large
    size = 0
    with path.open("wb") as out:
        for part in answer.iter_stream():
            size += len(part)
            if size > most_bytes:
                raise too_large
            out.write(part)
    return size


def _refused(fault: Exception) -> Refused:
    if isinstance(fault, httpcore.TimeoutException):
        return Refused("the server took too long", again=True)
    if isinstance(fault, httpcore.ConnectError):
        return Refused("the server could not be connected to", again=True)
    return Refused("the server's answer broke off, or was no HTTP", again=True)


class _Guard(httpcore.NetworkBackend):
    """Connects to an address of the host only when all of them may be called: a host that mixes them has something in
    mind."""

    def __init__(self, outbound: Outbound, end: float) -> None:
        self._outbound = outbound
        self._end = end

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        fault: Exception = httpcore.ConnectError()
        for address in self._addresses(host, port):
            try:
                stream = httpcore.SyncBackend().connect_tcp(
                    address, port, _left(self._end, timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                fault = failed
            else:
                return _Timed(stream, self._end)
        raise fault

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = self._resolved(host, port)
        except OSError as unknown:
            raise Refused("its host is unknown", again=unknown.errno != socket.EAI_NONAME) from None
        if not all(may_call(address, self._outbound.allowed) for address in addresses):
            raise Refused("its host does not have a public address")
        return addresses

    def _resolved(self, host: str, port: int) -> Sequence[str]:
        """The system's resolver takes no timeout: a thread waits for it, and is left behind when our time is over."""
        found: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()

        def ask() -> None:
            try:
                found.put(self._outbound.resolve(host, port))
            except Exception as fault:  # noqa: BLE001 - raised again below
                found.put(fault)

        threading.Thread(target=ask, name="resolve", daemon=True).start()
        try:
            addresses = found.get(timeout=_left(self._end, CONNECT_SECONDS))
        except Empty:
            raise httpcore.ConnectTimeout from None
        if isinstance(addresses, Exception):
            raise addresses
        return addresses


class _Timed(httpcore.NetworkStream):
    """A connection that ends at a moment, however much is still going on."""

    def __init__(self, stream: httpcore.NetworkStream, end: float) -> None:
        self._stream = stream
        self._end = end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._end, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._end, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._end, timeout))
        except httpcore.ConnectError as failed:
            if isinstance(failed.__cause__, ssl.SSLCertVerificationError):
                raise Refused("the server's certificate is not one that is trusted") from None
            raise
        return _Timed(stream, self._end)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(end: float, timeout: float | None) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left if timeout is None else min(left, timeout)
