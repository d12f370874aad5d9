"""Channel: messages over a pipe, each four bytes of length and then that many bytes."""

from __future__ import annotations

from typing import IO


def write(pipe: IO[bytes], message: bytes) -> None:
    """Send one message at once.

    >>> import io
    >>> pipe = io.BytesIO()
    >>> write(pipe, b"one"); write(pipe, b"two"); _ = pipe.seek(0)
    >>> read(pipe, 100), read(pipe, 100)
    (b'one', b'two')
    """
    pipe.write(len(message).to_bytes(4, "big") + message)
    pipe.flush()


def read(pipe: IO[bytes], most: int) -> bytes:
    """The next message; EOFError at the end of the pipe, or when the message is longer than `most` bytes."""
    size = int.from_bytes(_exactly(pipe, 4), "big")
    if size > most:
        raise EOFError(f"a message of {size} bytes")
    return _exactly(pipe, size)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    found = pipe.read(size)
    if len(found) < size:
        raise EOFError("the pipe was closed")
    return found
