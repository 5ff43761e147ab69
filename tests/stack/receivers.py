"""Receivers of webhooks on the loopback address, each as well or badly behaved as a test wants it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

Behaviour = Callable[[BaseHTTPRequestHandler, int], None]
"""Answers the request, the n-th of that receiver from 0."""


@dataclass(frozen=True)
class Received:
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`calls` are those that came, whole, in order."""

    url: str
    calls: list[Received] = field(default_factory=list)

    def waits_for(self, number: int, seconds: float = 90) -> list[Received]:
        """Its calls, as soon as there are so many."""
        deadline = time.monotonic() + seconds
        while len(self.calls) < number:
            assert time.monotonic() < deadline, f"{len(self.calls)} of {number} calls came"
            time.sleep(0.1)
        return self.calls


def answering(*statuses: int, **headers: str) -> Behaviour:
    """The statuses in turn, the last of them for good."""

    def answer(request: BaseHTTPRequestHandler, number: int) -> None:
        request.send_response(statuses[min(number, len(statuses) - 1)])
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "2")
        request.end_headers()
        request.wfile.write(b"ok")

    return answer


def endless(request: BaseHTTPRequestHandler, _number: int) -> None:
    """Success, with a body that never ends."""
    request.send_response(200)
    request.end_headers()
    try:
        while True:
            request.wfile.write(b"x" * 65_536)
    except OSError:
        return


def dead(over: Event) -> Behaviour:
    """It takes the call, and says nothing until the test is over."""

    def silent(_request: BaseHTTPRequestHandler, _number: int) -> None:
        over.wait(60)

    return silent


_TAKES = answering(200)


@contextmanager
def receiving(behave: Behaviour = _TAKES) -> Iterator[Receiver]:
    receiver = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.calls.append(Received({name.lower(): value for name, value in self.headers.items()}, body))
            behave(self, len(receiver.calls) - 1)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the tests' output is for failures."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        yield receiver
        server.shutdown()
