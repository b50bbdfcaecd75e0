"""The OrderBook of the assignment: prices from the Gateway into the price book in shared memory.

    python3 examples/plain/orderbook.py --book default

docs/shared-memory.md explains every offset and why the stores come in this order.
"""

import argparse
import ctypes
import fcntl
import mmap
import os
import platform
import signal
import socket
import struct
import sys
import time

DELIMITER = b"*"
RETRY_S = 0.2
SYMBOLS, TICKS = 1024, 65536
READERS_AT, COUNTERS_AT, COUNTER_SETS_AT, SYMBOLS_AT = 4096, 8192, 24576, 40960
TABLE_AT = SYMBOLS_AT + 32 * SYMBOLS
RING_AT = TABLE_AT + 64 * SYMBOLS
MARKET_TIMES_AT = RING_AT + 32 * TICKS
BYTES = MARKET_TIMES_AT + 8 * TICKS
# Fields of the header, as indices of 4-byte and 8-byte words.
PID, EPOCH, STATE, SYMBOL_COUNT, FUTEX, ARMED = 64 // 4, 68 // 4, 72 // 4, 76 // 4, 256 // 4, 320 // 4
HEARTBEAT, INTENT, PUBLISHED = 128 // 8, 192 // 8, 200 // 8
READY, CLOSED, LIVE = 1, 2, 1
SYS_FUTEX, FUTEX_WAKE = {"x86_64": 202, "aarch64": 98}[platform.machine()], 1
libc = ctypes.CDLL(None)


def say(line: str) -> None:
    """Prints a line. Ends the program if that fails, quietly if the reader has left as `head` does."""
    try:
        print(line, flush=True)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Python flushes once more when it exits
        sys.exit(0 if isinstance(error, BrokenPipeError) else f"cannot print: {error.strerror}")


class PriceBookWriter:
    """Makes /dev/shm/tickline-<name> and writes ticks into its table and its ring."""

    def __init__(self, name: str):
        self.path = f"/dev/shm/tickline-{name}"
        draft = f"{self.path}.{os.getpid()}.new"
        self._fd = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.posix_fallocate(self._fd, 0, BYTES)  # real blocks: a full /dev/shm fails here, and not later by SIGBUS
            fcntl.lockf(self._fd, fcntl.LOCK_EX, 1, 1 << 50)
            self._memory = mmap.mmap(self._fd, BYTES)
            struct.pack_into("<8s10IQ2I", self._memory, 0, b"TICKLINE", 3, 1024, SYMBOLS, TABLE_AT, TICKS, RING_AT,
                             32, READERS_AT, 256, COUNTERS_AT, BYTES, COUNTER_SETS_AT, 8)
            struct.pack_into("<2I", self._memory, 384, MARKET_TIMES_AT, SYMBOLS_AT)
            self._words = memoryview(self._memory).cast("I")
            self._longs = memoryview(self._memory).cast("Q")
            self._words[PID], self._words[EPOCH], self._words[STATE] = os.getpid(), 1, READY
            os.link(draft, self.path)  # last, and refused where the name is taken: nobody ever opens half a book
        finally:
            os.unlink(draft)
        self._futex = ctypes.c_uint32.from_buffer(self._memory, FUTEX * 4)
        self._index: dict[str, int] = {}
        self.beat()

    def beat(self) -> None:
        self._longs[HEARTBEAT] = time.monotonic_ns()

    def update(self, symbol: str, price: float) -> None:
        if not 0 < price < float("inf"):
            raise ValueError("expected a price above zero")
        index, tick, now = self._index_of(symbol), self._longs[PUBLISHED], time.monotonic_ns()
        self._longs[INTENT] = tick + 1
        struct.pack_into("<QIIdQ", self._memory, RING_AT + tick % TICKS * 32, tick + 1, index, 0, price, now)
        struct.pack_into("<d", self._memory, MARKET_TIMES_AT + tick % TICKS * 8, time.time() * 1e3)
        self._longs[PUBLISHED] = tick + 1
        entry = TABLE_AT + index * 64
        version = entry // 4
        self._words[version] += 1  # odd: readers wait
        updates = self._longs[entry // 8 + 4] + 1
        struct.pack_into("<IdQQQ", self._memory, entry + 4, LIVE, price, tick + 1, now, updates)
        self._words[version] += 1
        self._words[FUTEX] = (self._words[FUTEX] + 1) & 0xFFFFFFFF
        if self._words[ARMED]:
            self._words[ARMED] = 0
            libc.syscall(SYS_FUTEX, ctypes.byref(self._futex), FUTEX_WAKE, 1, None)

    def _index_of(self, symbol: str) -> int:
        if symbol not in self._index:
            if not symbol.isascii() or not 0 < len(symbol) <= 32:
                raise ValueError("expected a symbol of 1 to 32 ASCII characters")
            if len(self._index) == SYMBOLS:
                raise ValueError(f"the book is full: it has {SYMBOLS} symbols")
            index = self._index[symbol] = len(self._index)
            struct.pack_into("32s", self._memory, SYMBOLS_AT + index * 32, symbol.encode("ascii"))
            self._words[SYMBOL_COUNT] = index + 1
        return self._index[symbol]

    def close(self) -> None:
        self._words[PID], self._words[STATE] = 0, CLOSED
        os.unlink(self.path)


def receive(gateway: socket.socket, book: PriceBookWriter) -> None:
    pending = b""
    while chunk := gateway.recv(65536):
        *frames, pending = (pending + chunk).split(DELIMITER)
        for frame in frames:
            symbol, _, price = frame.decode("ascii", "replace").partition(",")
            try:
                book.update(symbol, float(price))
            except ValueError as error:
                say(f"not a price: {frame[:80]!r} ({error})")
        book.beat()


def port(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a port between 1 and 65535 instead of {text!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Keeps the latest prices in shared memory.")
    parser.add_argument("--book", default="default")
    parser.add_argument("--price-port", type=port, default=9001)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    book = PriceBookWriter(options.book)
    say(f"prices in {book.path}")
    try:
        while True:
            try:
                with socket.create_connection(("127.0.0.1", options.price_port)) as gateway:
                    receive(gateway, book)
            except OSError:
                pass  # the Gateway is not there yet, or it was restarted
            book.beat()
            time.sleep(RETRY_S)
    finally:
        book.close()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
    except OSError as error:  # a port in use, say
        sys.exit(f"orderbook: {error}")
