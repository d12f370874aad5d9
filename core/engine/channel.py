"""Channel: messages over a pipe, each eight bytes of header and then its own bytes.

    header = length (4 bytes) · stamp (4 bytes)        stamp = CRC-32 of the message, counted on from its number

Both ends count: the number of a reply is that of its question. So neither garbage, nor half a message, nor a reply
to another question passes for an answer; all of them read like the end of the pipe.
"""

from __future__ import annotations

from struct import Struct
from typing import IO, Final
from zlib import crc32

HEADER: Final = Struct(">II")


def write(pipe: IO[bytes], message: bytes, number: int) -> None:
    """Send one message at once.

    >>> import io
    >>> pipe = io.BytesIO()
    >>> write(pipe, b"one", 1); write(pipe, b"two", 2); _ = pipe.seek(0)
    >>> read(pipe, 100, 1), read(pipe, 100, 2)
    (b'one', b'two')
    """
    pipe.write(HEADER.pack(len(message), crc32(message, number)) + message)
    pipe.flush()


def read(pipe: IO[bytes], most: int, number: int) -> bytes:
    """The message of this number; EOFError when the pipe ends, or holds anything else or more than `most` bytes."""
    size, stamp = HEADER.unpack(_exactly(pipe, HEADER.size))
    if size > most:
        raise EOFError(f"a message of {size} bytes")
    message = _exactly(pipe, size)
    if crc32(message, number) != stamp:
        raise EOFError(f"this is not message {number}")
    return message


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    found = pipe.read(size)
    if len(found) < size:
        raise EOFError("the pipe was closed")
    return found
