"""A strategy in Python, in place of ./tickline strategy: it reads the latest prices from shared memory and trades by the
order port. Standard library only.

    ./tickline gateway & ./tickline orderbook & ./tickline order-manager &
    python3 examples/python/mean_reversion.py

It sells a symbol well above its average price, buys it well below, and closes the position at the average. Change
on_price() for a strategy of your own. A price that is replaced before the next poll is not seen.
"""

import argparse
import json
import os
import secrets
import signal
import socket
import sys
import time

from book_file import BookError
from read_book import SharedPriceBook

DELIMITER = b"*"
POLL_S, RETRY_S, TIMEOUT_S = 0.001, 0.2, 3.0


class MeanReversion:
    """Answers each price with the position to hold, in shares; None keeps the present one."""

    def __init__(self, window: int, band: float, quantity: float):
        self._weight, self._band, self._quantity = 2 / (window + 1), band, quantity
        self._averages: dict[str, float] = {}

    def on_price(self, symbol: str, price: float, position: float) -> float | None:
        average = self._averages.get(symbol, price)
        self._averages[symbol] = average + self._weight * (price - average)
        if price > average * (1 + self._band):
            return -self._quantity
        if price < average * (1 - self._band):
            return self._quantity
        is_back = price >= average if position > 0 else price <= average
        return 0 if is_back else None


class OrderSession:
    """A logon at the order port. Positions are those of the OrderManager; a symbol has one unanswered order, which is
    sent again under its id after a lost connection, and so trades once."""

    def __init__(self, port: int, strategy: str):
        self._port, self._strategy = port, strategy
        self._instance, self._sent = secrets.token_hex(8), 0
        self._positions: dict[str, float] = {}
        self._unanswered: dict[str, dict] = {}
        self._rejected: dict[str, float] = {}
        self._targets: dict[str, float] = {}
        self._log_on()

    def position(self, symbol: str) -> float:
        """Signed shares."""
        return self._positions.get(symbol, 0)

    def move(self, symbol: str, target: float, price: float) -> None:
        """Sends the order that leads to this position, unless one is in flight or this target was rejected."""
        trade = round(target - self.position(symbol), 8)
        if symbol in self._unanswered or trade == 0 or self._rejected.get(symbol) == target:
            return
        self._rejected.pop(symbol, None)
        self._sent += 1
        order = {"symbol": symbol, "side": "BUY" if trade > 0 else "SELL", "quantity": abs(trade), "price": price,
                 "clOrdId": f"{self._instance}-{self._sent}"}
        self._targets[symbol], self._unanswered[symbol] = target, order
        self._heard = time.monotonic()
        self._send(order)

    def poll(self) -> None:
        """Takes the reports that have arrived, and logs on again if the OrderManager is gone or silent."""
        while True:
            try:
                self._connection.settimeout(0)
                chunk = self._connection.recv(65536)
            except BlockingIOError:
                if not self._unanswered or time.monotonic() - self._heard < TIMEOUT_S:
                    return
                break
            except OSError:
                break
            if not chunk:
                break
            self._take(chunk)
        self._log_on()

    def _take(self, chunk: bytes) -> None:
        self._heard = time.monotonic()
        *frames, self._pending = (self._pending + chunk).split(DELIMITER)
        for message in map(json.loads, frames):
            if message["type"] == "error":
                sys.exit(f"order port: {message['reason']}")
            if message["type"] == "logonAck":
                self._positions.update((held["symbol"], held["quantity"]) for held in message["positions"])
                self._is_on = not message.get("more")
            if message["type"] == "report":
                self._on_report(message)

    def _on_report(self, report: dict) -> None:
        symbol = report["symbol"]
        self._unanswered.pop(symbol, None)
        self._positions[symbol] = report.get("position", self.position(symbol))
        if report["status"] == "REJECTED":
            self._rejected[symbol] = self._targets[symbol]
        text = f"{report['status']} {report['side']} {report['quantity']:g} {symbol} @ {report['price']:.2f}"
        print(text, report.get("reason", ""), flush=True)

    def _log_on(self) -> None:
        while True:
            try:
                self._connection = socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT_S)
                self._pending, self._is_on = b"", False
                self._send({"type": "logon", "strategy": self._strategy, "instance": self._instance})
                while not self._is_on:
                    self._take(self._connection.recv(65536) or end_of_stream())
                break
            except OSError as error:
                pause(f"no OrderManager on port {self._port}: {error}")
        for order in self._unanswered.values():
            self._send(order)

    def _send(self, message: dict) -> None:
        """A connection that fails is noticed by the next poll()."""
        try:
            self._connection.settimeout(TIMEOUT_S)
            self._connection.sendall(json.dumps(message).encode() + DELIMITER)
        except OSError:
            self._connection.close()


def end_of_stream() -> bytes:
    raise ConnectionResetError


told: set[str] = set()


def pause(reason: str) -> None:
    """Waits before another attempt, and says why: once for each reason."""
    if reason not in told:
        print(f"waiting: {reason}", file=sys.stderr, flush=True)
        told.add(reason)
    time.sleep(RETRY_S)


def attach(name: str) -> SharedPriceBook:
    while True:
        try:
            return SharedPriceBook(name)
        except BookError as error:
            pause(str(error))


def trade(book: SharedPriceBook, orders: OrderSession, strategy: MeanReversion) -> None:
    """Trades until the book is closed."""
    seen: dict[str, int] = {}
    while not book.closed:
        orders.poll()
        for entry in book.entries():
            if entry.status != "live" or seen.get(entry.symbol) == entry.sequence:
                continue
            seen[entry.symbol] = entry.sequence
            target = strategy.on_price(entry.symbol, entry.price, orders.position(entry.symbol))
            if target is not None:
                orders.move(entry.symbol, target, entry.price)
        time.sleep(POLL_S)


def port(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a port between 1 and 65535 instead of {text!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Trades towards the average price of each symbol.")
    parser.add_argument("--book", default="default", help="name of the price book (default: default)")
    parser.add_argument("--order-port", type=port, default=9003)
    parser.add_argument("--strategy-name", default="python")
    parser.add_argument("--window", type=int, default=20, help="prices in the average (default: 20)")
    parser.add_argument("--band", type=float, default=0.02, help="distance that opens a position (default: 0.02)")
    parser.add_argument("--quantity", type=float, default=10, help="shares to hold (default: 10)")
    options = parser.parse_args()
    if options.window < 1:
        parser.error("expected --window to be 1 or more")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    orders = OrderSession(options.order_port, options.strategy_name)
    strategy = MeanReversion(options.window, options.band, options.quantity)
    while True:
        trade(attach(options.book), orders, strategy)
        time.sleep(RETRY_S)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
    except BrokenPipeError:  # the reader of standard output has left, as head does
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except (BookError, OSError, ValueError) as error:
        sys.exit(f"mean_reversion: {error}")
