"""The OrderManager of the assignment: takes orders as JSON, every frame ended by `*`, and prints a line for each.

    python3 examples/plain/order_manager.py
"""

import argparse
import itertools
import json
import os
import socketserver
import sys

DELIMITER = b"*"
FRAME_BYTES_MAX = 64 * 1024
order_ids = itertools.count(1)


def say(line: str) -> None:
    """Prints a line. Ends the program if that fails, quietly if the reader has left as `head` does."""
    try:
        print(line, flush=True)
    except OSError as error:
        os._exit(0 if isinstance(error, BrokenPipeError) else 1)  # from any thread


class OrderClient(socketserver.BaseRequestHandler):
    """One Strategy that is connected."""

    def handle(self) -> None:
        pending = b""
        while chunk := self.request.recv(4096):
            # A chunk may hold half an order or ten of them: TCP carries bytes, not messages.
            *frames, pending = (pending + chunk).split(DELIMITER)
            for frame in frames:
                execute(frame)
            if len(pending) > FRAME_BYTES_MAX:
                say(f"disconnected a client: {len(pending)} bytes without {DELIMITER.decode()}")
                return


def execute(frame: bytes) -> None:
    try:
        order = json.loads(frame)
        side, quantity, symbol, price = (order[key] for key in ("side", "quantity", "symbol", "price"))
        line = f"{side} {quantity:g} {symbol} @ {price:.2f}"
    except (ValueError, KeyError, TypeError, RecursionError):
        say(f"not an order: {frame[:80]!r}")
        return
    say(f"Received Order {next(order_ids)}: {line}")


class OrderServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def port(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a port between 1 and 65535 instead of {text!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Prints every order that it receives.")
    parser.add_argument("--order-port", type=port, default=9003)
    options = parser.parse_args()
    with OrderServer(("127.0.0.1", options.order_port), OrderClient) as server:
        say(f"orders on port {options.order_port}")
        server.serve_forever()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
    except OSError as error:  # a port in use, say
        sys.exit(f"order_manager: {error}")
