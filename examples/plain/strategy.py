"""The Strategy of the assignment: moving averages of the prices in shared memory, agreed on by the news.

    python3 examples/plain/strategy.py --book default
"""

import argparse
import collections
import json
import os
import socket
import sys
import threading
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))
from book_file import BookError  # noqa: E402
from read_book import SharedPriceBook  # noqa: E402

DELIMITER = b"*"
RETRY_S = 0.2
POLL_S = 0.001
BUY, SELL, NEUTRAL = "BUY", "SELL", None


def say(line: str) -> None:
    """Prints a line. Ends the program if that fails, quietly if the reader has left as `head` does."""
    try:
        print(line, flush=True)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Python flushes once more when it exits
        sys.exit(0 if isinstance(error, BrokenPipeError) else f"cannot print: {error.strerror}")


def connect(port: int) -> socket.socket:
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            time.sleep(RETRY_S)


class News:
    """The latest sentiment; None while the Gateway is down."""

    def __init__(self, port: int):
        self.sentiment: int | None = None
        threading.Thread(target=self._run, args=(port,), daemon=True).start()

    def _run(self, port: int) -> None:
        while True:
            pending = b""
            with connect(port) as gateway:
                while chunk := receive(gateway):
                    *frames, pending = (pending + chunk).split(DELIMITER)
                    numbers = [int(frame) for frame in frames if frame.isdigit() and len(frame) <= 3]
                    self.sentiment = numbers[-1] if numbers else self.sentiment
            self.sentiment = None


def receive(peer: socket.socket) -> bytes:
    try:
        return peer.recv(4096)
    except OSError:
        return b""


def price_signal(history: collections.deque, short: int, long: int) -> str | None:
    if len(history) < long:
        return NEUTRAL
    prices = list(history)
    short_average, long_average = sum(prices[-short:]) / short, sum(prices) / long
    return BUY if short_average > long_average else SELL if short_average < long_average else NEUTRAL


def news_signal(sentiment: int | None, bullish: int, bearish: int) -> str | None:
    if sentiment is None:
        return NEUTRAL
    return BUY if sentiment > bullish else SELL if sentiment < bearish else NEUTRAL


class Orders:
    """The connection to the OrderManager."""

    def __init__(self, port: int):
        self._port = port
        self._manager = connect(port)
        self._drain()

    def send(self, order: dict) -> None:
        frame = json.dumps(order).encode() + DELIMITER
        while True:
            try:
                return self._manager.sendall(frame)
            except OSError:  # restarted: the order may arrive twice, since nobody answers
                self._manager = connect(self._port)
                self._drain()

    def _drain(self) -> None:
        """Reads what the OrderManager answers, so that its answers never fill the connection."""
        threading.Thread(target=lambda manager: all(iter(lambda: receive(manager), b"")), args=(self._manager,),
                         daemon=True).start()


def attach(name: str) -> SharedPriceBook:
    while True:
        try:
            return SharedPriceBook(name)
        except BookError:
            time.sleep(RETRY_S)


def port(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a port between 1 and 65535 instead of {text!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Trades a moving-average crossover that the news agrees with.")
    parser.add_argument("--book", default="default")
    parser.add_argument("--news-port", type=port, default=9002)
    parser.add_argument("--order-port", type=port, default=9003)
    for name, value in (("short", 5), ("long", 20), ("bullish", 60), ("bearish", 40), ("quantity", 10)):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    if not 0 < options.short < options.long:
        parser.error("expected --short above 0 and below --long")
    news, orders, book = News(options.news_port), Orders(options.order_port), attach(options.book)
    say("reading prices and news")
    history = collections.defaultdict(lambda: collections.deque(maxlen=options.long))
    seen: dict[str, int] = {}
    position: dict[str, int] = collections.defaultdict(int)
    while not book.closed:
        for entry in book.entries():
            if seen.get(entry.symbol) == entry.sequence or entry.status != "live":
                continue
            seen[entry.symbol] = entry.sequence
            history[entry.symbol].append(entry.price)
            signal = price_signal(history[entry.symbol], options.short, options.long)
            if signal is NEUTRAL or signal != news_signal(news.sentiment, options.bullish, options.bearish):
                continue
            target = options.quantity if signal == BUY else -options.quantity
            if position[entry.symbol] == target:
                continue
            quantity = abs(target - position[entry.symbol])
            orders.send({"symbol": entry.symbol, "side": signal, "quantity": quantity, "price": entry.price})
            position[entry.symbol] = target
        time.sleep(POLL_S)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
    except OSError as error:  # a port in use, say
        sys.exit(f"strategy: {error}")
