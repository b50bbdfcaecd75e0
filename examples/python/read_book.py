"""Reads the latest prices from a Tickline price book, with the standard library only.

    python3 examples/python/read_book.py --book default
"""

import mmap
import struct
import time

from book_file import (CLOSED, PATIENCE_S, STATE_OFFSET, STATUS, SYMBOL_BYTES, SYMBOL_COUNT_OFFSET, BookError, Entry,
                       main, open_book)

# version, status, price, sequence, time, updates: a cache line
ENTRY = struct.Struct("<IIdQQQ24x")


class SharedPriceBook:
    """The latest price of each symbol, while another process writes it."""

    def __init__(self, name: str = "default"):
        file, shape = open_book(name)
        with file:
            self._memory = mmap.mmap(file.fileno(), shape.total_bytes, access=mmap.ACCESS_READ)
        # Words of four bytes, because each is read in one load.
        self._words = memoryview(self._memory).cast("I")
        self._symbol_offset = shape.symbol_offset
        self._table_offset = shape.table_offset
        self._index: dict[str, int] = {}

    @property
    def closed(self) -> bool:
        """Whether the writer has closed the book: there will be no more ticks."""
        return self._words[STATE_OFFSET // 4] == CLOSED

    def read(self, symbol: str) -> float:
        """The latest price in USD. Raises KeyError for a symbol that is not in the book, or has no price yet."""
        if symbol not in self._index:
            self._read_symbols()
        entry = self._entry(self._index[symbol])
        if entry.status == "empty":
            raise KeyError(symbol)
        return entry.price

    def entries(self) -> list[Entry]:
        """The entries of all symbols that have a price."""
        count = self._words[SYMBOL_COUNT_OFFSET // 4]
        return [entry for entry in map(self._entry, range(count)) if entry.status != "empty"]

    def _entry(self, index: int) -> Entry:
        offset = self._table_offset + index * ENTRY.size
        version = offset // 4
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            before = self._words[version]
            copy = self._memory[offset:offset + ENTRY.size]
            # Odd: the entry is being written. Another version after the copy: the copy may mix two ticks.
            if before % 2 == 0 and self._words[version] == before:
                _, status, price, sequence, time_ns, _ = ENTRY.unpack(copy)
                return Entry(self._symbol(index), price, sequence, STATUS[status], time_ns)
            time.sleep(0)  # the writer may wait for this CPU
        raise BookError(f"entry {index} is half written, and its writer does not finish it; restart the order book")

    def _symbol(self, index: int) -> str:
        start = self._symbol_offset + index * SYMBOL_BYTES
        return self._memory[start:start + SYMBOL_BYTES].rstrip(b"\0").decode("ascii")

    def _read_symbols(self) -> None:
        for index in range(len(self._index), self._words[SYMBOL_COUNT_OFFSET // 4]):
            self._index[self._symbol(index)] = index


if __name__ == "__main__":
    main("Shows the latest prices of a Tickline price book.", SharedPriceBook)
