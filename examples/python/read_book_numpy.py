"""Reads the latest prices from a Tickline price book, as a NumPy structured array.

    python3 examples/python/read_book_numpy.py --book default
"""

import time

import numpy as np

from book_file import (CLOSED, PATIENCE_S, STATE_OFFSET, STATUS, SYMBOL_BYTES, SYMBOL_COUNT_OFFSET, BookError, Entry,
                       main, open_book)

ENTRY = np.dtype({
    "names": ["version", "status", "price", "sequence", "time", "updates"],
    "formats": ["<u4", "<u4", "<f8", "<u8", "<u8", "<u8"],
    "offsets": [0, 4, 8, 16, 24, 32],
    "itemsize": 64,
})


class SharedPriceBook:
    """The latest price of each symbol, while another process writes it."""

    def __init__(self, name: str = "default"):
        file, shape = open_book(name)
        with file:
            self._memory = np.memmap(file, dtype=np.uint8, mode="r", shape=(shape.total_bytes,))
        self._words = self._memory.view("<u4")
        self._symbol_offset = shape.symbol_offset
        self._table_offset = shape.table_offset

    @property
    def closed(self) -> bool:
        """Whether the writer has closed the book: there will be no more ticks."""
        return bool(self._words[STATE_OFFSET // 4] == CLOSED)

    @property
    def symbols(self) -> np.ndarray:
        """The symbol of each row. It never changes."""
        count = int(self._words[SYMBOL_COUNT_OFFSET // 4])
        end = self._symbol_offset + count * SYMBOL_BYTES
        return self._memory[self._symbol_offset:end].view(f"S{SYMBOL_BYTES}")

    @property
    def live_table(self) -> np.ndarray:
        """The table in shared memory, which changes while you read it. copy() returns whole rows."""
        count = int(self._words[SYMBOL_COUNT_OFFSET // 4])
        end = self._table_offset + count * ENTRY.itemsize
        return self._memory[self._table_offset:end].view(ENTRY)

    def copy(self) -> np.ndarray:
        """A copy of the table in which each row belongs to one moment."""
        table = self.live_table
        rows = np.empty(len(table), ENTRY)
        left = np.arange(len(table))
        give_up = time.monotonic() + PATIENCE_S
        while len(left) > 0:
            before = table["version"][left]
            rows[left] = table[left]
            # Odd: the entry is being written. Another version after the copy: the row may mix two ticks.
            whole = (before % 2 == 0) & (table["version"][left] == before)
            left = left[~whole]
            if time.monotonic() > give_up and len(left) > 0:
                raise BookError(f"entry {left[0]} is half written, and its writer does not finish it; restart the order book")
            time.sleep(0)  # the writer may wait for this CPU
        return rows

    def read(self, symbol: str) -> float:
        """The latest price in USD. Raises KeyError for a symbol that is not in the book, or has no price yet."""
        rows = self.copy()
        symbols = self.symbols[:len(rows)]
        found = rows[(symbols == symbol.encode("ascii")) & (rows["status"] != 0)]
        if len(found) == 0:
            raise KeyError(symbol)
        return float(found["price"][0])

    def entries(self) -> list[Entry]:
        """The entries of all symbols that have a price."""
        return [
            Entry(symbol.decode("ascii"), float(row["price"]), int(row["sequence"]),
                  STATUS[row["status"]], int(row["time"]))
            for row, symbol in zip(self.copy(), self.symbols) if row["status"] != 0
        ]


if __name__ == "__main__":
    main("Shows the latest prices of a Tickline price book, with NumPy.", SharedPriceBook)
