"""The Gateway of the assignment: random-walk prices and random news over TCP, every frame ended by `*`.

    python3 examples/plain/gateway.py --symbols AAPL,MSFT
"""

import argparse
import os
import random
import socket
import sys
import threading
import time

DELIMITER = "*"
SEND_TIMEOUT_S = 1.0


def say(line: str) -> None:
    """Prints a line. Ends the program if that fails, quietly if the reader has left as `head` does."""
    try:
        print(line, flush=True)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Python flushes once more when it exits
        sys.exit(0 if isinstance(error, BrokenPipeError) else f"cannot print: {error.strerror}")


class Broadcaster:
    """Sends the same frames to every client that connects."""

    def __init__(self, port: int):
        self._server = socket.create_server(("127.0.0.1", port))
        self._clients: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self._server.accept()
            client.settimeout(SEND_TIMEOUT_S)
            self._clients.append(client)

    def send(self, frames: list[str]) -> None:
        data = "".join(frame + DELIMITER for frame in frames).encode("ascii")
        for client in list(self._clients):
            try:
                client.sendall(data)
            except OSError:  # disconnected, or does not read: half a frame may have left, so nothing more may follow
                self._clients.remove(client)
                client.close()


def seconds(text: str) -> float:
    if 0 <= float(text) < 86400:
        return float(text)
    raise argparse.ArgumentTypeError(f"expected seconds, 0 or more, instead of {text!r}")


def port(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a port between 1 and 65535 instead of {text!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Broadcasts random-walk prices and random news.")
    parser.add_argument("--price-port", type=port, default=9001)
    parser.add_argument("--news-port", type=port, default=9002)
    parser.add_argument("--symbols", default="AAPL,MSFT,IBM")
    parser.add_argument("--interval", type=seconds, default=0.05, help="seconds between two rounds of prices")
    options = parser.parse_args()
    prices = {symbol: 100.0 for symbol in options.symbols.split(",")}
    price_port, news_port = Broadcaster(options.price_port), Broadcaster(options.news_port)
    say(f"prices on port {options.price_port}, news on port {options.news_port}")
    while True:
        for symbol in prices:
            prices[symbol] = max(0.01, prices[symbol] * random.gauss(1, 0.005))
        price_port.send([f"{symbol},{price:.2f}" for symbol, price in prices.items()])
        news_port.send([str(random.randint(0, 100))])
        time.sleep(options.interval)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
    except OSError as error:  # a port in use, say
        sys.exit(f"gateway: {error}")
