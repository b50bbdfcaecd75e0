"""A tick's path through three Python processes, a book, a strategy and a manager, written for the lowest latency.

    sender == TCP ==> book == shared memory, eventfd ==> strategy == TCP, JSON ==> manager (SQLite, no fsync)

The strategy keeps a short and a long average of every symbol and orders at every n-th tick. There is no outbox, no check,
no reconnecting, no counter.

    latency.py <port> spin|block <warm-up ms> <window ms> <ticks per order>     prints a line of JSON for each of three latencies
"""

import ctypes
import json
import mmap
import os
import select
import signal
import socket
import sqlite3
import sys
import tempfile
import time
from contextlib import suppress

SYMBOLS = 1024
SHORT, LONG = 5, 20
PR_SET_PDEATHSIG = 1
RING = 1 << 14
# Cells of eight bytes, each written by one store. NUMBER is the number of ticks, negative at the end. The others are the
# starts of columns with one cell per tick, so that ticks that arrive late and together are all counted.
NUMBER, DUE, SYMBOL, PRICE = 0, 1, 1 + RING, 1 + 2 * RING
CELLS = 1 + 3 * RING
now = time.monotonic_ns


class Window:
    """The latencies of one part of the path, without the warm-up."""

    def __init__(self, begin, end):
        self.begin, self.end, self.samples = begin, end, []

    def record(self, due):
        at = now()
        if self.begin <= at < self.end:
            self.samples.append(at - due)

    def report(self, way):
        taken = sorted(self.samples) or [0]
        figures = {"way": way, "mean": sum(taken) / len(taken), "events": len(self.samples)}
        for name, part in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1)):
            figures[name] = taken[min(len(taken) - 1, int(part * len(taken)))]
        os.write(1, f"{json.dumps(figures)}\n".encode())  # one write, because another process writes there, too


class Averages:
    """Moving sums of every symbol's prices, each over a ring buffer."""

    def __init__(self, length):
        self.length = length
        self.prices = [[0.0] * length for _ in range(SYMBOLS)]
        self.sums, self.at = [0.0] * SYMBOLS, [0] * SYMBOLS

    def push(self, symbol, price):
        prices, at = self.prices[symbol], self.at[symbol]
        self.sums[symbol] += price - prices[at]
        prices[at] = price
        self.at[symbol] = at + 1 if at + 1 < self.length else 0
        return self.sums[symbol] / self.length


def views(cells):
    """struct.pack_into will not do: it writes zeros before the value."""
    return memoryview(cells).cast("q"), memoryview(cells).cast("d")


def at_once(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def dial(port):
    for _ in range(500):
        try:
            return at_once(socket.create_connection(("127.0.0.1", port)))
        except OSError:
            time.sleep(0.02)
    sys.exit("no answer")


def manage(listener, window):
    with tempfile.TemporaryDirectory() as folder:
        record = sqlite3.connect(os.path.join(folder, "orders.sqlite"), isolation_level=None)
        record.execute("pragma journal_mode = wal")
        record.execute("pragma synchronous = off")
        record.execute("create table orders(id integer primary key, client_id text unique, symbol, side, quantity, price)")
        connection, rest = at_once(listener.accept()[0]), b""
        with suppress(ConnectionError):  # the strategy may exit before it has read the last report
            while received := connection.recv(65536):
                *lines, rest = (rest + received).split(b"*")
                for line in lines:
                    order = json.loads(line)
                    window.record(order["time"])
                    fields = [order[name] for name in ("clOrdId", "symbol", "side", "quantity", "price")]
                    number = record.execute("insert into orders values (null, ?, ?, ?, ?, ?)", fields).lastrowid
                    report = {"type": "report", "orderId": number, "status": "FILLED", **order}
                    connection.sendall(json.dumps(report).encode() + b"*")
        record.close()
    window.report("order received")


def decide(port, spins, ticks_an_order, cells, bell, decisions, reports):
    connection, rest, seen = dial(port), b"", 0
    connection.setblocking(False)
    whole, real = views(cells)
    short, long = Averages(SHORT), Averages(LONG)
    ready = select.poll()
    ready.register(bell, select.POLLIN)
    ready.register(connection, select.POLLIN)
    while True:
        if not spins:
            ready.poll(100)
            with suppress(BlockingIOError):
                os.eventfd_read(bell)  # before the ring is read: a later tick rings again
        number = whole[NUMBER]
        if number < 0:
            break
        for at in range(seen, number):
            place = at % RING
            due, symbol, price = whole[DUE + place], whole[SYMBOL + place], real[PRICE + place]
            rises = short.push(symbol, price) > long.push(symbol, price)
            decisions.record(due)
            if at % ticks_an_order == 0:
                side = "BUY" if rises else "SELL"
                order = {"clOrdId": f"p-{at}", "symbol": str(symbol), "side": side, "quantity": 10, "price": price}
                connection.send(json.dumps({"type": "order", **order, "time": due}).encode() + b"*")
        if number == seen and spins:
            os.sched_yield()
        seen = number
        try:
            *lines, rest = (rest + connection.recv(65536)).split(b"*")
        except BlockingIOError:
            continue
        for line in lines:
            reports.record(json.loads(line)["time"])
    connection.close()
    decisions.report("decision")
    reports.report("report")


def keep_book(port, spins, end, cells, bell):
    whole, real = views(cells)
    connection, rest, due, number, indices = dial(port), b"", 0, 0, {}
    connection.sendall(b"RESUME,0,0*")
    connection.setblocking(not spins)
    while now() < end:
        try:
            received = connection.recv(65536)
        except BlockingIOError:
            os.sched_yield()
            continue
        if not received:
            break
        *frames, rest = (rest + received).split(b"*")
        for frame in frames:
            if frame.startswith(b"#BATCH"):
                due = int(frame.rsplit(b",", 1)[1])
            elif not frame.startswith(b"#"):
                symbol, _, price = frame.partition(b",")
                place = number % RING
                whole[DUE + place], whole[SYMBOL + place] = due, indices.setdefault(symbol, len(indices))
                real[PRICE + place] = float(price)
                number += 1
                whole[NUMBER] = number  # last: it publishes the cells above
        if not spins:
            os.eventfd_write(bell, 1)
    whole[NUMBER] = -1
    os.eventfd_write(bell, 1)


def begin_process(body, *words):
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        body(*words)
        os._exit(0)


def main():
    port, way, warm_up, length, ticks_an_order = sys.argv[1:]
    begin = now() + int(warm_up) * 1_000_000
    end = begin + int(length) * 1_000_000
    cells, bell, spins = mmap.mmap(-1, 8 * CELLS), os.eventfd(0, os.EFD_NONBLOCK), way == "spin"
    listener = socket.create_server(("127.0.0.1", 0))
    order_port = listener.getsockname()[1]
    begin_process(manage, listener, Window(begin, end))
    listener.close()
    windows = Window(begin, end), Window(begin, end)
    begin_process(decide, order_port, spins, int(ticks_an_order), cells, bell, *windows)
    keep_book(int(port), spins, end, cells, bell)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break


main()
