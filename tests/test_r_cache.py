"""Objects in a cache of knitr are read as R wrote them, and anything else is named."""

import struct
import zlib

import pytest

from bookmaking.tables import r_cache
from bookmaking.tables.r_cache import read_cached
from decentwork.data import DataError


def whole(*parts):
    """The bytes of an object: the head of XDR, version 2, and these integers, numbers and texts."""
    kinds = {int: ">i", float: ">d"}
    given = [b"X\n", *(struct.pack(">i", number) for number in (2, 0, 0))]
    given += [
        part.encode() if isinstance(part, str) else struct.pack(kinds[type(part)], part)
        for part in parts
    ]
    return b"".join(given)


def packed(content):
    """The content of a cache file with one object."""
    return struct.pack(">I", len(content)) + zlib.compress(content)


NAMED = r_cache.DOUBLES | r_cache.ATTRIBUTES
PAIR = r_cache.PAIRS | r_cache.TAG
TWO = (r_cache.TEXTS, 2, r_cache.TEXT, 5, "total", r_cache.TEXT, 3, "low")
NAMES = (PAIR, r_cache.SYMBOL, r_cache.TEXT, 5, "names", *TWO, r_cache.NULL)


LISTED = (r_cache.LIST, 2, r_cache.DOUBLES, 1, 3.0, NAMED, 2, 1.5, -2.0, *NAMES)
SOUND = packed(whole(r_cache.DOUBLES, 1, 2.0))


def test_an_object_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "chunk.rdb"
    with pytest.raises(DataError, match="run `make data ORIGINALS=yes`"):
        read_cached(path)
    for parts, found in (
        ((r_cache.INTEGERS, 1, 7), (7,)),
        ((r_cache.TEXTS, 2, r_cache.TEXT, 1, "a", r_cache.TEXT, -1), ("a", None)),
        (LISTED, [(3.0,), {"total": 1.5, "low": -2.0}]),
    ):
        path.write_bytes(packed(whole(*parts)))
        assert read_cached(path) == found


def test_what_is_not_one_object_is_named(tmp_path, subtests):
    path = tmp_path / "chunk.rdb"
    for content, said in (
        (SOUND + SOUND, "more or less than one object"),
        (b"\0\0\0\1" + SOUND[4:], "more or less than one object"),
        (packed(whole(r_cache.DOUBLES, 2, 2.0)), "requires a buffer of 16 bytes"),
        (packed(whole(r_cache.DOUBLES, 1, 2.0, 0)), "bytes are left"),
        (packed(whole(3, 1)), "no rule for the kind 3 of R"),
        (packed(b"A\n" + bytes(20)), "not in the form XDR"),
    ):
        with subtests.test(said):
            path.write_bytes(content)
            with pytest.raises(DataError, match=said):
                read_cached(path)
