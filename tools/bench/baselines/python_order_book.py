"""The order book in Python with NumPy, as a baseline for the one in TypeScript.

It receives in bulk, parses a whole chunk with vector operations, takes one lock a chunk, and writes every tick to a
structured array in shared memory (the table) and to a ring. Without NumPy it does the same with the standard library.

    python_order_book.py <port> [plain]    prints "<CLOCK_MONOTONIC in ns> <ticks applied>" every 50 ms
"""

import signal
import socket
import struct
import sys
import time
from multiprocessing import Lock
from multiprocessing.shared_memory import SharedMemory

try:
    import numpy as np
except ImportError:
    np = None

CHUNK = 256 * 1024
SYMBOLS = 1024
RING = 65536
REPORT_NS = 50_000_000
ENTRY = struct.Struct("<16sdQQ")  # symbol, price, sequence, updates
SLOT = struct.Struct("<dQI4x")  # price, sequence, symbol


class PlainBook:
    """The standard library alone: split, a dict, and struct.pack_into."""

    def __init__(self):
        self.table = SharedMemory(create=True, size=ENTRY.size * SYMBOLS)
        self.ring = SharedMemory(create=True, size=SLOT.size * RING)
        self.lock = Lock()
        self.index = {}
        self.updates = [0] * SYMBOLS
        self.sequence = 0

    def apply(self, frames: bytes) -> int:
        """Applies complete frames, each with its delimiter. Returns the number of ticks."""
        index, updates, sequence = self.index, self.updates, self.sequence
        table, ring = self.table.buf, self.ring.buf
        entry, slot = ENTRY.pack_into, SLOT.pack_into
        with self.lock:
            for frame in frames.split(b"*"):
                symbol, _, text = frame.partition(b",")
                if not text or symbol[0] == 35:  # control frames start with '#'
                    continue
                price = float(text)
                at = index.get(symbol)
                if at is None:
                    at = index[symbol] = len(index)
                updates[at] += 1
                sequence += 1
                entry(table, at * ENTRY.size, symbol, price, sequence, updates[at])
                slot(ring, (sequence % RING) * SLOT.size, price, sequence, at)
        ticks = sequence - self.sequence
        self.sequence = sequence
        return ticks

    def close(self):
        for memory in (self.table, self.ring):
            memory.close()
            memory.unlink()


class NumpyBook:
    """Applies a chunk at a time, without a Python loop over ticks."""

    def __init__(self):
        entry = np.dtype([("symbol", "S16"), ("price", "f8"), ("sequence", "u8"), ("updates", "u8")])
        slot = np.dtype([("price", "f8"), ("sequence", "u8"), ("symbol", "u4"), ("spare", "u4")])
        self.memories = [SharedMemory(create=True, size=d.itemsize * n) for d, n in ((entry, SYMBOLS), (slot, RING))]
        self.table = np.ndarray(SYMBOLS, entry, self.memories[0].buf)
        self.ring = np.ndarray(RING, slot, self.memories[1].buf)
        self.table[:] = 0
        self.lock = Lock()
        self.symbols = []
        self.sequence = 0
        self.hash_of(np.array([], "u8"))
        eight = np.arange(9, dtype="u8")
        # First n bytes of a word, last n bytes of a word (little-endian: the first byte is the lowest).
        self.first = np.where(eight == 8, 2**64 - 1, (1 << (8 * (eight % 8))) - 1).astype("u8")
        self.last = ~np.array([2 ** (8 * (8 - n)) - 1 for n in range(9)], "u8")
        # 256^position of the point modulo 19 identifies the position; there are 7 minus it decimals. 0 means no point.
        self.scales = np.ones(19)
        for position in range(8):
            self.scales[pow(256, position, 19)] = 10.0 ** (7 - position)
        self.buffer = np.zeros(CHUNK + 32, "u1")
        self.words = np.lib.stride_tricks.as_strided(self.buffer.view("u8"), (CHUNK + 16,), (1,))

    def apply(self, frames: bytes) -> int:
        """Applies complete frames, each with its delimiter. Returns the number of ticks."""
        size = len(frames)
        buffer = self.buffer
        buffer[8 : 8 + size] = np.frombuffer(frames, "u1")  # 8 bytes before the first price's end can be read
        text = buffer[8 : 8 + size]
        ends = np.flatnonzero(text == 42) + 8
        starts = np.empty_like(ends)
        starts[0] = 8
        starts[1:] = ends[:-1] + 1
        ticks = buffer[starts] != 35
        if not ticks.all():
            # Control frames contain commas, too: they are blanked.
            for start, end in zip(starts[~ticks], ends[~ticks]):
                buffer[start:end] = 0
            starts, ends = starts[ticks], ends[ticks]
        if len(ends) == 0:
            return 0
        commas = np.flatnonzero(text == 44) + 8
        if len(commas) != len(ends) or max((commas - starts).max(), (ends - commas).max() - 1) > 8:
            sys.exit("a frame that this parser does not take: symbols and prices have at most 8 bytes here")
        keys = self.words[starts] & self.first[commas - starts]
        prices = self.prices(ends, ends - commas - 1)
        index = self.table_of[(keys * self.magic) >> self.shift]
        if (self.keys[index] != keys).any():
            index = self.learn(keys)
        with self.lock:
            self.write(index, prices)
        return len(ends)

    def prices(self, ends, lengths):
        """Parses eight digits per word: removes the point, then adds up pairs."""
        word = self.words[ends - 8] & self.last[lengths]
        word ^= self.last[lengths] & 0x3030303030303030
        point = (word & 0x1010101010101010) >> 4  # '.' is the one byte with this bit: 256^position
        below = word & (point - (point != 0))
        above = np.where(point != 0, word & ~(point * 256 - 1), word)
        digits = (below << 8) | above
        digits = digits * 10 + (digits >> 8)
        pairs = 0x000000FF000000FF
        whole = ((digits & pairs) * 0x000F424000000064 + ((digits >> 16) & pairs) * 0x0000271000000001) >> 32
        return whole / self.scales[point % 19]

    def write(self, index, prices):
        count = len(index)
        sequences = np.arange(self.sequence + 1, self.sequence + 1 + count, dtype="u8")
        table, ring = self.table, self.ring
        table["price"][index] = prices  # of several ticks of a symbol, the last one wins
        table["sequence"][index] = sequences
        table["updates"] += np.bincount(index, minlength=SYMBOLS).astype("u8")
        first = self.sequence % RING
        until = min(count, RING - first)
        for at, rows in ((first, slice(0, until)), (0, slice(until, count))):
            part = ring[at : at + len(prices[rows])]
            part["price"], part["sequence"], part["symbol"] = prices[rows], sequences[rows], index[rows]
        self.sequence += count

    def learn(self, keys):
        known = {int(key): at for at, key in enumerate(self.keys[: len(self.symbols)])}
        for key in dict.fromkeys(keys.tolist()):
            if key in known:
                continue
            if len(self.symbols) == SYMBOLS:
                sys.exit(f"more than {SYMBOLS} symbols")
            known[key] = len(self.symbols)
            symbol = key.to_bytes(8, "little").rstrip(b"\0")
            self.table["symbol"][len(self.symbols)] = symbol
            self.symbols.append(symbol)
        self.hash_of(np.array(list(known), "u8"))
        return self.table_of[(keys * self.magic) >> self.shift]

    def hash_of(self, keys):
        """Finds a multiplier that gives every known key a different place."""
        self.keys = np.zeros(SYMBOLS + 1, "u8")
        self.keys[: len(keys)] = keys
        random = np.random.default_rng(1)
        for bits in range(18, 24):
            self.shift = np.uint64(64 - bits)
            for _ in range(200):
                self.magic = np.uint64(random.integers(2**62, 2**64, dtype="u8") | 1)
                places = (keys * self.magic) >> self.shift
                if len(np.unique(places)) == len(keys):
                    self.table_of = np.full(2**bits, SYMBOLS, "i4")
                    self.table_of[places] = np.arange(len(keys))
                    return
        sys.exit("no hash for these symbols")

    def close(self):
        del self.table, self.ring
        for memory in self.memories:
            memory.close()
            memory.unlink()


def main(port: int, plain: bool):
    book = PlainBook() if plain or np is None else NumpyBook()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(b"RESUME,0,0*")
    chunk = bytearray(CHUNK)
    view = memoryview(chunk)
    held = applied = reported = 0
    try:
        while got := connection.recv_into(view[held:]):
            until = held + got
            end = chunk.rfind(b"*", 0, until) + 1
            if end:
                applied += book.apply(bytes(view[:end]))
            held = until - end
            chunk[:held] = chunk[end:until]
            now = time.monotonic_ns()
            if now - reported >= REPORT_NS:
                reported = now
                print(now, applied, flush=True)
    finally:
        book.close()


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), "plain" in sys.argv[2:])
    except KeyboardInterrupt:
        pass
