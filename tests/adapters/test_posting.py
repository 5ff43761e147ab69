"""Sending to where a caller told us to, whatever listens there."""

from __future__ import annotations

import gzip
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from quire.adapters.addresses import networks
from quire.adapters.outbound import Outbound
from quire.domain.ports import NotPosted, Posted
from tests.adapters.servers import answers, certified, said, serving

LOOPBACK = networks("127.0.0.1/32")
BODY = '{"é": 1}'.encode()
Outcome = Posted | NotPosted


def at_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def post(port: int, seconds: float = 20.0, web: Outbound | None = None, **headers: str) -> Outcome:
    web = web or Outbound(LOOPBACK, at_loopback)
    url = f"http://hooks.example:{port}/in?key=secret"
    return web.post(url, {"Content-Type": "application/json", **headers}, BODY, most_bytes=10, seconds=seconds)


def reading(answer: Callable[[socket.socket], None], seen: list[bytes]) -> Callable[[socket.socket, str], None]:
    """A server that reads the body before it answers."""

    def serve(connection: socket.socket, head: str) -> None:
        body = b""
        while len(body) < len(BODY):
            body += connection.recv(100)
        seen.append(body)
        answer(connection)

    return serve


def failed(outcome: Outcome, *words: str) -> None:
    assert isinstance(outcome, NotPosted), outcome
    assert all(word in outcome.reason for word in words), outcome.reason
    assert "secret" not in outcome.reason and "hooks.example" not in outcome.reason


def test_body_and_headers_arrive_as_they_were_given() -> None:
    seen: list[bytes] = []
    with serving(reading(lambda connection: connection.sendall(said("200 OK", b"thanks")), seen)) as server:
        outcome = post(server.port, signed="abc")
    assert isinstance(outcome, Posted)
    assert (outcome.status, outcome.answer) == (200, b"thanks")
    assert seen == [BODY]
    head = server.heads[0].splitlines()
    assert head[0] == "POST /in?key=secret HTTP/1.1"
    assert {f"Host: hooks.example:{server.port}", "signed: abc", f"Content-Length: {len(BODY)}"} <= set(head)


@pytest.mark.parametrize(
    "status", ["201 Made", "302 Found", "307 Moved", "400 Bad", "410 Gone", "429 Slow", "503 Busy"]
)
def test_every_status_is_an_answer(status: str) -> None:
    with serving(answers(status=status, headers=("Location: http://127.0.0.1:1/elsewhere",))) as server:
        outcome = post(server.port)
    assert isinstance(outcome, Posted) and outcome.status == int(status[:3])
    assert len(server.heads) == 1, "a redirect is not followed"


def test_of_megabytes_the_first_bytes_are_read() -> None:
    sent = [0]

    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            sent[0] += connection.send(b"x" * 65536)

    with serving(reading(endless, [])) as server:
        outcome = post(server.port)
    assert outcome == Posted(200, b"x" * 10, outcome.milliseconds)
    assert sent[0] < 50 * 2**20


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(20 * 2**20))
    with serving(answers(body=bomb, headers=("Content-Encoding: gzip",))) as server:
        outcome = post(server.port)
    assert isinstance(outcome, Posted) and outcome.answer == bomb[:10]


def test_a_body_that_breaks_off_does_not_make_the_status_less_of_an_answer() -> None:
    with serving(lambda connection, _: connection.sendall(said("200 OK", b"", length=100))) as server:
        outcome = post(server.port)
    assert isinstance(outcome, Posted) and (outcome.status, outcome.answer) == (200, b"")


def test_a_receiver_that_says_nothing_is_left_in_time() -> None:
    def deaf(connection: socket.socket, _: str) -> None:
        while connection.recv(1000):
            pass

    with serving(deaf) as server:
        failed(post(server.port, seconds=0.3), "took too long")


def test_a_receiver_that_drips_is_left_in_time() -> None:
    def dripping(connection: socket.socket, _: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        connection.settimeout(0.05)
        while True:
            connection.sendall(b"X: y\r\n")
            try:
                connection.recv(1)
            except TimeoutError:
                continue

    with serving(dripping) as server:
        failed(post(server.port, seconds=0.5), "took too long")


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.6\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_no_http_is_no_answer(answer: bytes) -> None:
    with serving(lambda connection, _: connection.sendall(answer)) as server:
        failed(post(server.port), "no HTTP")


def test_a_closed_port_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    failed(post(port), "connected")


@pytest.mark.parametrize("addresses", [["10.0.0.7"], ["169.254.169.254"], ["8.8.8.8", "127.0.0.1"]])
def test_an_address_that_is_not_public_is_not_called(addresses: list[str]) -> None:
    with serving(answers()) as server:
        failed(post(server.port, web=Outbound((), lambda *_: addresses)), "public address")
    assert server.heads == []


@pytest.mark.parametrize("headers", [{"X-Bad": "a\r\nX-More: b"}, {"Bad Name": "x"}])
def test_headers_that_are_none_are_not_sent(headers: dict[str, str]) -> None:
    with serving(answers()) as server:
        url = f"http://hooks.example:{server.port}/"
        failed(Outbound(LOOPBACK, at_loopback).post(url, headers, BODY, most_bytes=10, seconds=20))
    assert not any(server.heads)


def test_a_certificate_must_be_trusted_for_the_name(tmp_path: Path) -> None:
    context, pem = certified(tmp_path, "hooks.example")
    with serving(answers(), context) as server:
        url = f"https://hooks.example:{server.port}/"
        doubtful = Outbound(LOOPBACK, at_loopback).post(url, {}, BODY, most_bytes=10, seconds=20)
        failed(doubtful, "certificate")
    with serving(reading(lambda connection: connection.sendall(said("200 OK")), []), context) as server:
        trusting = Outbound(LOOPBACK, at_loopback, ssl.create_default_context(cafile=str(pem)))
        url = f"https://hooks.example:{server.port}/"
        outcome = trusting.post(url, {}, BODY, most_bytes=10, seconds=20)
    assert isinstance(outcome, Posted) and outcome.status == 200
