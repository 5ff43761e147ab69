"""Frames between the emulator, the process that forks workers, and the workers: a length, then that many bytes."""

import socket
import struct

_LENGTH = struct.Struct("!I")


def send_frame(connection: socket.socket, payload: bytes) -> None:
    """Send one frame; raises OSError when the other side is gone."""
    connection.sendall(_LENGTH.pack(len(payload)) + payload)


def receive_frame(connection: socket.socket) -> bytes | None:
    """Return the next frame, or None when the other side has closed; raises OSError, also for a timeout."""
    header = _receive(connection, _LENGTH.size)
    return None if header is None else _receive(connection, _LENGTH.unpack(header)[0])


def _receive(connection: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        piece = connection.recv(min(size - len(data), 1 << 20))
        if not piece:
            return None
        data += piece
    return bytes(data)
