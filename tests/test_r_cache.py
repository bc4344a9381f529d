"""Objects in a cache of knitr are read as R wrote them, and anything else is named."""

import struct

import pytest

from bookmaking.tables import faults, r_cache
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


NAMED = r_cache.DOUBLES | r_cache.ATTRIBUTES
PAIR = r_cache.PAIRS | r_cache.TAG
TWO = (r_cache.TEXTS, 2, r_cache.TEXT, 5, "total", r_cache.TEXT, 3, "low")
NAMES = (PAIR, r_cache.SYMBOL, r_cache.TEXT, 5, "names", *TWO, r_cache.NULL)


def written(folder, content):
    path = folder / "chunk.rdb"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ((r_cache.DOUBLES, 2, 1.5, -2.0), (1.5, -2.0)),
        ((r_cache.INTEGERS, 1, 7), (7,)),
        ((r_cache.TEXTS, 2, r_cache.TEXT, 1, "a", r_cache.TEXT, -1), ("a", None)),
        ((NAMED, 2, 1.5, -2.0, *NAMES), {"total": 1.5, "low": -2.0}),
        (
            (r_cache.LIST, 2, r_cache.DOUBLES, 1, 3.0, NAMED, 2, 1.5, -2.0, *NAMES),
            [(3.0,), {"total": 1.5, "low": -2.0}],
        ),
    ],
)
def test_an_object_is_read_as_it_was_written(parts, found, tmp_path):
    assert read_cached(written(tmp_path, r_cache.packed(whole(*parts)))) == found


SOUND = r_cache.packed(whole(r_cache.DOUBLES, 1, 2.0))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SOUND + SOUND, "more than one object"),
        (SOUND[:-12], "bytes, not 30"),
        (b"\0\0\0\1" + SOUND[4:], "30 bytes, not 1"),
        (r_cache.packed(whole(r_cache.DOUBLES, 2, 2.0)), "ends too early"),
        (r_cache.packed(whole(r_cache.DOUBLES, 1, 2.0, 0)), "bytes are left"),
        (r_cache.packed(whole(3, 1)), "no rule for the kind 3 of R"),
        (r_cache.packed(b"A\n" + bytes(20)), "not in the form XDR"),
    ],
    ids=["two", "cut", "length", "short", "long", "kind", "form"],
)
def test_what_is_not_one_object_is_named(content, said, tmp_path):
    with pytest.raises(DataError, match=said):
        read_cached(written(tmp_path, content))


def test_a_cache_that_is_not_here_is_named(tmp_path):
    with pytest.raises(DataError, match="run `make data ORIGINALS=yes`"):
        read_cached(tmp_path / "chunk.rdb")


def test_a_fault_is_planted_in_a_cache(tmp_path):
    path = written(tmp_path, SOUND)
    faults.r_cached(2.0, 3.0)(path)
    assert read_cached(path) == (3.0,)
    with pytest.raises(faults.CannotPlantError, match=r"no longer holds 2\.0"):
        faults.r_cached(2.0, 4.0)(path)
