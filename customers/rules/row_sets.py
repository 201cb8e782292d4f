"""Rows of a file by their numbers, a bit for each: what a check has shown of 100,000 rows is kept in a short text."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable


class RowSet:
    """The numbers of some rows. A file of a million takes 125 KB, and less as text."""

    def __init__(self, rows: Iterable[int] = ()) -> None:
        self._bits = bytearray()
        for row in rows:
            self.add(row)

    def __contains__(self, row: int) -> bool:
        place, bit = divmod(row, 8)
        return place < len(self._bits) and bool(self._bits[place] >> bit & 1)

    def add(self, row: int) -> None:
        place, bit = divmod(row, 8)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        self._bits[place] |= 1 << bit

    def packed(self) -> str:
        """As a text, which is never empty, to be kept as a JSON value."""
        return b64encode(zlib.compress(bytes(self._bits))).decode()

    @classmethod
    def unpacked(cls, text: str) -> "RowSet":
        found = cls()
        found._bits = bytearray(zlib.decompress(b64decode(text)))
        return found
