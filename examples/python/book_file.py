"""Shared by both readers: opens and checks the file of a book, and prints prices."""

import argparse
import json
import os
import struct
import sys
import time
from typing import BinaryIO, Callable, NamedTuple

MAGIC = b"TICKLINE"
LAYOUT_VERSION = 3
HEADER_BYTES = 1024
# The start of the header: docs/shared-memory.md has every field with its offset.
SHAPE = struct.Struct("<8s10IQ")
SYMBOL_OFFSET = 388
SYMBOL_BYTES = 32
STATE_OFFSET = 72
SYMBOL_COUNT_OFFSET = 76
CLOSED = 2
STATUS = ["empty", "live", "stale"]
# An entry that is odd for this long belongs to a writer that was killed, and not to one that waits for a CPU.
PATIENCE_S = 5.0


class BookError(Exception):
    """A book that cannot be read. The message is one line."""


class Shape(NamedTuple):
    """Where the symbols and the table are, and the size of the file, from the header of the book."""

    symbol_offset: int
    table_offset: int
    total_bytes: int


class Entry(NamedTuple):
    """The entry of one symbol, at one moment. The price is in USD, the time in ns of CLOCK_MONOTONIC."""

    symbol: str
    price: float
    sequence: int
    status: str
    time: int


def open_book(name: str) -> tuple[BinaryIO, Shape]:
    """Opens and checks /dev/shm/tickline-<name>. Raises BookError."""
    path = f"/dev/shm/tickline-{name}"
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")
    except FileNotFoundError:
        raise BookError(f"there is no price book at {path}; start the order book first, or check --book") from None
    except OSError as error:
        raise BookError(f"cannot read {path}: {error.strerror}") from error
    try:
        return file, check(path, file)
    except BookError:
        file.close()
        raise


def check(path: str, file: BinaryIO) -> Shape:
    """Reads the header. Raises BookError."""
    header = file.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
        raise BookError(f"{path} is not a price book")
    _, version, _, _, table_offset, _, _, _, _, _, _, total_bytes = SHAPE.unpack_from(header)
    if version != LAYOUT_VERSION:
        raise BookError(f"{path} has layout version {version}, expected {LAYOUT_VERSION}")
    size = os.fstat(file.fileno()).st_size
    if size < total_bytes:
        raise BookError(f"{path} was truncated: it has {size} bytes of {total_bytes}")
    return Shape(struct.unpack_from("<I", header, SYMBOL_OFFSET)[0], table_offset, total_bytes)


def main(description: str, attach: Callable) -> None:
    """Runs a reader. `attach(name)` returns an object with `entries()` and `closed`."""
    options = parse(description)
    try:
        book = attach(options.book)
        show(book.entries(), options.json)
        while options.watch and not book.closed:
            time.sleep(options.watch)
            show(book.entries(), options.json)
    except BookError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        pass
    except OSError as error:
        # Python flushes standard output once more when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # the reader has left, as head does
            sys.exit(f"error: {error}")


def parse(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--book", default="default", metavar="NAME", help="name of the book (default: default)")
    parser.add_argument("--json", action="store_true", help="one JSON object per line and symbol")
    parser.add_argument("--watch", nargs="?", type=float, const=1.0, default=0.0, metavar="SECONDS",
                        help="print the prices periodically until the book is closed (default: every second)")
    options = parser.parse_args()
    if not 0 <= options.watch < 86400:
        parser.error("expected --watch to be 0 or more")
    return options


def show(entries: list[Entry], as_json: bool) -> None:
    now = time.monotonic_ns()
    if not as_json:
        print(f"{'symbol':<24} {'price':>14} {'sequence':>12} {'status':>6} {'age s':>9}")
    for entry in entries:
        age = (now - entry.time) / 1e9
        if as_json:
            print(json.dumps(entry._asdict() | {"age": age}))
        else:
            print(f"{entry.symbol:<24} {entry.price:>14.8g} {entry.sequence:>12} {entry.status:>6} {age:>9.3f}")
    sys.stdout.flush()
