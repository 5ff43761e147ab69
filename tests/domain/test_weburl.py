"""A URL that a caller names."""

from __future__ import annotations

import pytest

from quire.domain.weburl import MOST_CHARACTERS, BadUrl, WebUrl, parse


@pytest.mark.parametrize(
    ("text", "meant", "netloc"),
    [
        ("http://a.example", WebUrl("http", "a.example", 80, "/"), "a.example"),
        ("HTTPS://A.Example/B", WebUrl("https", "a.example", 443, "/B"), "a.example"),
        ("https://a.example:8443/b?c=d&e", WebUrl("https", "a.example", 8443, "/b?c=d&e"), "a.example:8443"),
        ("https://a.example:443/", WebUrl("https", "a.example", 443, "/"), "a.example"),
        ("http://[2001:db8::1]:81/x", WebUrl("http", "2001:db8::1", 81, "/x"), "[2001:db8::1]:81"),
        ("http://bücher.example/ü b?q=é", WebUrl("http", "xn--bcher-kva.example", 80, "/%C3%BC%20b?q=%C3%A9"), ""),
        ("http://a.example/%2F%20?s=%2B#part", WebUrl("http", "a.example", 80, "/%2F%20?s=%2B"), "a.example"),
    ],
)
def test_a_url_is_read_into_what_is_called(text: str, meant: WebUrl, netloc: str) -> None:
    assert parse(text) == meant
    assert parse(text).netloc == (netloc or meant.host)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.example/secret",
        "//a.example/",
        "file:///etc/passwd",
        "ftp://a.example/",
        "javascript:secret()",
        "http://",
        "http:///secret",
        "http://:80/",
        "http://user@a.example/",
        "http://user:secret@a.example/",
        "http://@a.example/",
        "http://a.example:port/",
        "http://a.example:70000/",
        "http://a..example/",
        f"http://{'a' * 64}.example/",
        "http://[::1/",
        "http://a.example\\@b.example/",
        "http://a.example/\r\nHost: b",
        "http://a.exam\tple/",
        "http://a.example/\x00",
        "http://a.example/" + "a" * MOST_CHARACTERS,
    ],
)
def test_what_we_do_not_call_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadUrl) as refused:
        parse(text)
    assert "secret" not in str(refused.value) and "a.example" not in str(refused.value)


def test_a_url_is_as_long_as_may_be_and_no_longer() -> None:
    assert MOST_CHARACTERS == 8192
    longest = "http://a.example/" + "a" * (MOST_CHARACTERS - len("http://a.example/"))
    assert parse(longest).target == longest.removeprefix("http://a.example")
    with pytest.raises(BadUrl, match="more than 8192"):
        parse(longest + "a")


@pytest.mark.parametrize("character", ["\x01", "\x1f", "\x7f"])
def test_controls_are_refused_and_their_neighbours_are_not(character: str) -> None:
    with pytest.raises(BadUrl):
        parse(f"http://a.example/{character}b")
    assert parse("http://a.example/ ~b").target == "/%20~b"


def test_ports_end_where_tcp_s_do() -> None:
    assert parse("http://a.example:65535/").port == 65535
    with pytest.raises(BadUrl):
        parse("http://a.example:65536/")
