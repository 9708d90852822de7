"""Bytes of an input: hashed as they are stored, unpacked as far as they go."""

import gzip
import hashlib
import io
import zlib
from typing import IO, Any

from backports.zstd import ZstdError
from fsspec.compression import compr

from presscheck.data.rows.raw import DamagedError

_CHUNK = 1 << 20
_UNPACKED_CHUNK = 1 << 14
_BROKEN: tuple[type[Exception], ...] = (
    EOFError,
    zlib.error,
    gzip.BadGzipFile,
    ZstdError,
)  # what damaged archives raise


class HashingStream(io.RawIOBase):
    """Passes a file's bytes on and keeps their sha256; closing it, as readers above it do, leaves the file open for `finish`."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Reads into the buffer, as `io.RawIOBase` asks."""
        block = self._stream.read(len(buffer))
        buffer[: len(block)] = block
        self._hash.update(block)
        return len(block)

    def finish(self) -> str:
        """Reads what is left and returns the hash of the whole file."""
        while block := self._stream.read(_CHUNK):
            self._hash.update(block)
        return self._hash.hexdigest()


class _Unpacked(io.RawIOBase):
    """Unpacked bytes as they come, so that those before a damaged place are not lost with it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Reads into the buffer, as `io.RawIOBase` asks."""
        try:
            block = self._stream.read1(min(len(buffer), _UNPACKED_CHUNK))
        except _BROKEN as error:
            raise DamagedError(str(error)) from None
        buffer[: len(block)] = block
        return len(block)


def unpacked(stored: HashingStream, compression: str | None) -> IO[bytes]:
    """The content of a stored file."""
    plain = io.BufferedReader(stored, _CHUNK)
    if compression is None:
        return plain
    return io.BufferedReader(_Unpacked(compr[compression](plain, mode="rb")))
