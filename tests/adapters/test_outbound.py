"""Fetching from where a caller told us to."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from quire.adapters import outbound
from quire.adapters.addresses import networks
from quire.adapters.outbound import MOST_REDIRECTS, Outbound, Resolver
from quire.domain.ports import Fetched, NotFetched
from quire.domain.refusal import Kind
from tests.adapters.servers import Server, answers, certified, said, serving

LOOPBACK = networks("127.0.0.1/32")
MIB = 2**20


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "document"


def all_at(*addresses: str) -> Resolver:
    """Every name has these addresses."""

    def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolve


by_name = all_at("127.0.0.1")


def fetch(url: str, path: Path, web: Outbound | None = None, seconds: float = 20.0) -> Fetched | NotFetched:
    web = web or Outbound(LOOPBACK, by_name)
    return web.fetch(url, path, most_bytes=MIB, seconds=seconds)


def refused(outcome: Fetched | NotFetched, *words: str, again: bool) -> None:
    assert isinstance(outcome, NotFetched)
    assert outcome.again is again, outcome
    assert all(word in outcome.refusal.message for word in words), outcome.refusal.message
    assert "secret" not in outcome.refusal.message


def test_the_bytes_are_written_as_they_came(path: Path) -> None:
    body = bytes(range(256)) * 400
    with serving(answers(body=body)) as server:
        assert fetch(f"http://files.example:{server.port}/a%20b.pdf?sig=secret%2F1", path) == Fetched(len(body))
    assert path.read_bytes() == body
    head = server.heads[0].splitlines()
    assert head[0] == "GET /a%20b.pdf?sig=secret%2F1 HTTP/1.1"
    assert f"Host: files.example:{server.port}" in head
    assert "Accept-Encoding: identity" in head


def test_a_body_in_chunks_is_put_together(path: Path) -> None:
    def chunked(connection: socket.socket, _: str) -> None:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n"
        )

    with serving(chunked) as server:
        assert fetch(f"http://h:{server.port}/", path) == Fetched(11)
    assert path.read_bytes() == b"firstsecond"


def test_no_proxy_of_the_environment_is_asked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(answers(body=b"direct")) as server:
        assert fetch(f"http://h:{server.port}/", path) == Fetched(6)


# ---- where we do not call --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://127.1:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://①②⑦.⓪.⓪.①:{port}/",
    ],
)
def test_a_stack_that_allows_no_network_does_not_reach_itself(path: Path, url: str) -> None:
    with serving(answers(body=b"internal")) as server:
        refused(fetch(url.format(port=server.port), path, Outbound()), "public address", again=False)
    assert server.heads == []
    assert not path.exists()


@pytest.mark.parametrize("answer", [["10.0.0.7"], ["8.8.8.8", "169.254.169.254"], ["::ffff:10.0.0.7"]])
def test_a_name_with_any_private_address_is_not_called(path: Path, answer: list[str]) -> None:
    with serving(answers()) as server:
        web = Outbound(LOOPBACK, all_at("127.0.0.1", *answer))
        refused(fetch(f"http://h:{server.port}/?secret", path, web), "public address", again=False)
    assert server.heads == []


def test_the_address_that_was_judged_is_the_one_that_is_called(path: Path) -> None:
    """A name that changes its address is asked about once for each connection."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.7"]

    with serving(answers(body=b"first")) as server:
        assert fetch(f"http://h:{server.port}/", path, Outbound(LOOPBACK, rebinding)) == Fetched(5)
    assert asked == ["h"]


def test_a_redirect_to_a_private_address_is_not_followed(path: Path) -> None:
    def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "public.example" else ["10.0.0.7"]

    redirect = answers(status="302 Found", headers=("Location: http://inside.example/secret",))
    with serving(redirect) as server:
        outcome = fetch(f"http://public.example:{server.port}/", path, Outbound(LOOPBACK, resolve))
    refused(outcome, "public address", again=False)


@pytest.mark.parametrize(
    "there",
    ["169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "[::ffff:169.254.169.254]",
     "[::ffff:a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]", "[fd00:ec2::254]", "[fe80::1%25eth0]", "[::]", "0"],
)  # fmt: skip
def test_a_redirect_to_another_spelling_of_a_private_address_is_not_followed(path: Path, there: str) -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"] if host == "public.example" else outbound.addresses_of(host, port)

    redirect = answers(status="302 Found", headers=(f"Location: http://{there}/latest/meta-data/secret",))
    with serving(redirect) as server:
        outcome = fetch(f"http://public.example:{server.port}/", path, Outbound(LOOPBACK, resolve))
        refused(outcome, again=False)
    assert len(server.heads) == 1 and not path.exists()


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://h/secret", "gopher://h/", "http://user:secret@h/", "http://:80/", "//h:99999999/"],
)
def test_a_redirect_to_no_url_of_ours_is_not_followed(path: Path, location: str) -> None:
    with serving(answers(status="301 Moved", headers=(f"Location: {location}",))) as server:
        refused(fetch(f"http://h:{server.port}/", path), "URL", again=False)


def test_a_name_that_does_not_exist_is_not_asked_again_but_a_silent_resolver_is(path: Path) -> None:
    def failing(number: int) -> Outbound:
        def resolve(host: str, port: int) -> list[str]:
            raise socket.gaierror(number, "secret")

        return Outbound((), resolve)

    refused(fetch("http://h/", path, failing(socket.EAI_NONAME)), "host is unknown", again=False)
    refused(fetch("http://h/", path, failing(socket.EAI_AGAIN)), "host is unknown", again=True)


def test_a_closed_port_may_be_open_another_time(path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    refused(fetch(f"http://h:{port}/secret", path), "connected", again=True)


def test_of_several_addresses_the_next_is_tried(path: Path) -> None:
    with serving(answers(body=b"here")) as server:
        web = Outbound(networks("127.0.0.0/8"), all_at("127.0.0.9", "127.0.0.1"))
        assert fetch(f"http://h:{server.port}/", path, web) == Fetched(4)


# ---- redirects -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_relative_ones_too(path: Path, status: int) -> None:
    def there(connection: socket.socket, head: str) -> None:
        found = head.startswith("GET /b/end?x=1 ")
        connection.sendall(said("200 OK", b"end") if found else said(f"{status} Moved", b"", "Location: ../b/end?x=1"))

    with serving(there) as server:
        assert fetch(f"http://h:{server.port}/a/start", path) == Fetched(3)
    assert len(server.heads) == 2


def test_a_chain_of_redirects_has_an_end(path: Path) -> None:
    with serving(answers(status="301 Moved", headers=("Location: /again",))) as server:
        refused(fetch(f"http://h:{server.port}/", path), f"more than {MOST_REDIRECTS} times", again=False)
    assert len(server.heads) == MOST_REDIRECTS + 1


# ---- answers that are none -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "again"),
    [(201, False), (204, False), (206, False), (304, False), (400, False), (401, False), (403, False), (404, False),
     (410, False), (408, True), (429, True), (500, True), (502, True), (503, True), (504, True)],
)  # fmt: skip
def test_an_answer_of_another_status_is_named(path: Path, status: int, again: bool) -> None:
    with serving(answers(status=f"{status} Said")) as server:
        refused(fetch(f"http://h:{server.port}/secret", path), f"status {status}", again=again)


def test_what_is_no_http_is_not_taken(path: Path) -> None:
    with serving(lambda connection, _: connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")) as server:
        refused(fetch(f"http://h:{server.port}/", path), "no HTTP", again=True)


def test_a_body_shorter_than_was_said_is_not_the_document(path: Path) -> None:
    with serving(lambda connection, _: connection.sendall(said("200 OK", b"half", length=8))) as server:
        refused(fetch(f"http://h:{server.port}/", path), "broke off", again=True)


def test_bytes_beyond_the_length_that_was_said_are_not_the_document(path: Path) -> None:
    with serving(lambda connection, _: connection.sendall(said("200 OK", b"document and more", length=8))) as server:
        assert fetch(f"http://h:{server.port}/", path) == Fetched(8)
    assert path.read_bytes() == b"document"


def test_a_compressed_body_is_not_unpacked(path: Path) -> None:
    bomb = gzip.compress(bytes(50 * MIB))
    with serving(answers(body=bomb, headers=("Content-Encoding: gzip",))) as server:
        refused(fetch(f"http://h:{server.port}/", path), "encoding", again=False)
    assert not path.exists()


# ---- too much, too slow ----------------------------------------------------------------------------------------------


def test_a_length_beyond_the_limit_is_refused_before_the_body(path: Path) -> None:
    with serving(lambda connection, _: connection.sendall(said("200 OK", b"", length=MIB + 1))) as server:
        outcome = fetch(f"http://h:{server.port}/", path)
    refused(outcome, "larger than 1 MB", again=False)
    assert isinstance(outcome, NotFetched)
    assert outcome.refusal.kind is Kind.DOCUMENT_TOO_LARGE
    assert not path.exists()


def test_a_body_without_an_end_is_left_at_the_limit(path: Path) -> None:
    def endless(connection: socket.socket, _: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    with serving(endless) as server:
        refused(fetch(f"http://h:{server.port}/", path), "larger", again=False)
    assert path.stat().st_size <= MIB


def test_a_head_without_an_end_is_left(path: Path) -> None:
    sent = [0]

    def endless(connection: socket.socket, _: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            sent[0] += connection.send(b"X-More: " + b"x" * 1000 + b"\r\n")

    with serving(endless) as server:
        refused(fetch(f"http://h:{server.port}/", path), "no HTTP", again=True)
    assert sent[0] < 16 * MIB, "what the sockets' buffers hold, at most"


def drip(first: bytes, gap: float) -> Callable[[socket.socket, str], None]:
    """A byte at a time, each in good time, without an end."""

    def write(connection: socket.socket, _: str) -> None:
        connection.sendall(first)
        while True:
            connection.sendall(b"x")
            time.sleep(gap)

    return write


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_drips_is_left_when_the_time_is_over(path: Path, first: bytes) -> None:
    with serving(drip(first, 0.02)) as server:
        refused(fetch(f"http://h:{server.port}/", path, seconds=0.4), "too long", again=True)


def test_a_silent_server_is_left_before_the_time_is_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(outbound._TIMEOUTS, "read", 0.1)
    with serving(lambda *_: time.sleep(1)) as server:
        refused(fetch(f"http://h:{server.port}/", path, seconds=60), "too long", again=True)


def test_a_name_server_that_is_silent_is_left_when_the_time_is_over(path: Path) -> None:
    answered = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        answered.wait(60)
        return ["127.0.0.1"]

    with serving(answers()) as server:
        refused(fetch(f"http://h:{server.port}/secret", path, Outbound(LOOPBACK, resolve), seconds=0.2), again=True)
        answered.set()
    assert server.heads == [], "an answer that comes too late is not called"


def test_a_fault_of_the_resolver_is_ours(path: Path) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise RuntimeError("the resolver broke")

    with pytest.raises(RuntimeError, match="resolver"):
        fetch("http://h/", path, Outbound(LOOPBACK, resolve))


def test_redirects_share_the_time(path: Path) -> None:
    def slow(connection: socket.socket, _: str) -> None:
        time.sleep(0.15)
        connection.sendall(said("302 Found", b"", "Location: /next"))

    with serving(slow) as server:
        refused(fetch(f"http://h:{server.port}/", path, seconds=0.4), "too long", again=True)
    assert len(server.heads) < MOST_REDIRECTS


# ---- TLS -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Server, ssl.SSLContext]]:
    """A server with a certificate for files.example, and a trust in that certificate."""
    context, certificate = certified(tmp_path, "files.example")
    names: list[str | None] = []
    context.sni_callback = lambda _, name, __: names.append(name)
    with serving(answers(body=b"sealed"), context) as server:
        yield server, ssl.create_default_context(cafile=certificate)
    assert set(names) <= {"files.example", "other.example"}, "the name that was asked for, not the address"


def test_a_certificate_is_held_to_the_name_though_the_address_is_pinned(
    path: Path, secure: tuple[Server, ssl.SSLContext]
) -> None:
    server, trust = secure
    web = Outbound(LOOPBACK, by_name, trust)
    assert fetch(f"https://files.example:{server.port}/", path, web) == Fetched(6)
    refused(fetch(f"https://other.example:{server.port}/", path, web), "certificate", again=False)


def test_a_certificate_that_nobody_vouches_for_is_refused(path: Path, secure: tuple[Server, ssl.SSLContext]) -> None:
    server, _ = secure
    refused(fetch(f"https://files.example:{server.port}/secret", path), "certificate", again=False)
    assert server.heads == []
