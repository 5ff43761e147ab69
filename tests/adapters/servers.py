"""Servers on the loopback address that answer as they are told, well or badly."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Answering = Callable[[socket.socket, str], None]
"""Given a connection and the head of its request, writes what it likes."""


@dataclass
class Server:
    """`heads` are those of the requests that came, in order."""

    port: int
    heads: list[str] = field(default_factory=list)


def said(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def answers(*, status: str = "200 OK", body: bytes = b"", headers: tuple[str, ...] = ()) -> Answering:
    return lambda connection, _: connection.sendall(said(status, body, *headers))


@contextmanager
def serving(answer: Answering, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """One connection after the other, each with one request."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Server(listening.getsockname()[1])

        def run() -> None:
            while not ended.is_set():
                with suppress(OSError):  # a client that leaves early, or is not let in
                    _serve(listening, server, answer, tls, ended)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield server
        finally:
            ended.set()
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
            thread.join()


def _serve(
    listening: socket.socket, server: Server, answer: Answering, tls: ssl.SSLContext | None, ended: threading.Event
) -> None:
    connection, _ = listening.accept()
    if ended.is_set():
        connection.close()
        return
    with tls.wrap_socket(connection, server_side=True) if tls else connection as speaking:
        speaking.settimeout(10)
        head = b""
        while not head.endswith(b"\r\n\r\n") and (part := speaking.recv(1)):
            head += part
        server.heads.append(head.decode())
        answer(speaking, head.decode())


def certified(folder: Path, *names: str) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS with a certificate for `names`, and the file that holds the certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "quire test")])
    now = dt.datetime.now(dt.UTC)
    known: list[x509.GeneralName] = [
        x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name) for name in names
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(known), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    return context, pem
