"""What knitr kept of a run of R code: the objects of a cache file (``.rdb``).

knitr writes each object as a length of four bytes and, compressed, what R writes for ``saveRDS``.
pyreadr reads data frames alone, and such a cache may hold lists of vectors. This reads vectors of
numbers and texts, lists, and the attributes of them; at anything else it stops.
"""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

from bookmaking.tables.reading import require_here
from decentwork.tables.errors import DataError

ATTRIBUTES, TAG = 0x200, 0x400
SYMBOL, PAIRS, TEXT, LOGICALS, INTEGERS, DOUBLES, TEXTS, LIST = 1, 2, 9, 10, 13, 14, 16, 19
NULL, REFERENCE = 254, 255
NAMES = "names"


def read_cached(path: Path) -> Any:
    """Return the one object that a cache file (``.rdb``) holds; its index is not needed.

    A vector is a tuple, a list a list, and each of them whose elements have names a dictionary.
    Other attributes, such as the class, are left out. Raises DataError if the file is not here,
    holds more than one object, or holds what is no vector or list.
    """
    require_here(path)
    try:
        return _Reader(_unpacked(path.read_bytes())).whole()
    except (ValueError, struct.error, IndexError, zlib.error) as error:
        raise DataError(str(path), f"is not one object that R kept ({error})") from None


def _unpacked(content: bytes) -> bytes:
    """Return the bytes of the one object. Raises ValueError for any other content."""
    reader = zlib.decompressobj()
    found = reader.decompress(content[4:])
    if reader.unused_data or struct.pack(">I", len(found)) != content[:4]:
        raise ValueError("more or less than one object")
    return found


class _Reader:
    """Reads what R wrote in the binary form XDR, version 2 or 3, from its beginning to its end."""

    def __init__(self, content: bytes) -> None:
        self.stream = io.BytesIO(content)
        self.symbols: list[str] = []

    def whole(self) -> Any:
        """Return the object; stop at other forms and at bytes that are left."""
        if self.stream.read(2) != b"X\n":
            raise ValueError("not in the form XDR")
        version, _, _ = self.numbers("i", 3)
        if version == 3:
            self.stream.read(self.integer())  # the name of the encoding
        found = self.item()
        if self.stream.read(1):
            raise ValueError("bytes are left at the end")
        return found

    def numbers(self, kind: str, count: int) -> tuple[Any, ...]:
        """Return the next numbers, integers (``i``) or doubles (``d``)."""
        form = struct.Struct(f">{count}{kind}")
        return form.unpack(self.stream.read(form.size))

    def integer(self) -> int:
        """Return the next integer."""
        return int(self.numbers("i", 1)[0])

    def item(self) -> Any:
        """Return the next object with all that it holds."""
        flags = self.integer()
        kind = flags & 0xFF
        if kind == NULL:
            return None
        if kind == REFERENCE:
            return self.symbols[(flags >> 8) - 1]
        if kind == SYMBOL:
            self.symbols.append(self.item())
            return self.symbols[-1]
        if kind == TEXT:
            length = self.integer()
            return None if length < 0 else self.stream.read(length).decode()
        if kind == PAIRS:  # a list of pairs, which holds attributes
            if flags & ATTRIBUTES:
                self.item()
            name = self.item() if flags & TAG else ""
            return {name: self.item()} | (self.item() or {})
        if kind not in (LOGICALS, INTEGERS, DOUBLES, TEXTS, LIST):
            raise ValueError(f"no rule for the kind {kind} of R")
        count = self.integer()
        if kind in (TEXTS, LIST):
            items = [self.item() for _ in range(count)]
            values = items if kind == LIST else tuple(items)
        else:
            values = self.numbers("d" if kind == DOUBLES else "i", count)
        names = self.item().get(NAMES) if flags & ATTRIBUTES else None
        return dict(zip(names, values, strict=True)) if names else values
