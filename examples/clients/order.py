"""A client of the order port in Python: it logs on as the strategy "example", with the token in the file that
ORDER_TOKEN_FILE names if there is one, and sends one order.

    python3 examples/clients/order.py BUY 10 AAPL 173.20 [port]

ORDER_HOST and ORDER_CA are those of order.ts.
"""

import hashlib
import hmac
import json
import os
import secrets
import socket
import ssl
import sys

SIDE, QUANTITY, SYMBOL, PRICE, PORT = (sys.argv[1:] + ["BUY", "10", "AAPL", "173.20", "9003"][len(sys.argv) - 1 :])[:5]
NAME = "example"
HOST = os.environ.get("ORDER_HOST", "127.0.0.1")


def proof(token: str, side: str, client_nonce: str, server_nonce: str) -> str:
    text = "\n".join(["tickline-logon-1", side, "logon", NAME, client_nonce, server_nonce])
    return hmac.new(token.encode(), text.encode(), hashlib.sha256).hexdigest()


def send(connection: socket.socket, message: dict) -> None:
    connection.sendall(json.dumps(message).encode() + b"*")


def receive(connection: socket.socket):
    """One message at a time; TCP may cut a frame anywhere."""
    waiting = b""
    while chunk := connection.recv(65536):
        *frames, waiting = (waiting + chunk).split(b"*")
        yield from (json.loads(frame) for frame in frames)


def log_on(connection: socket.socket, messages) -> None:
    logon = {"type": "logon", "strategy": NAME}
    token = open(os.environ["ORDER_TOKEN_FILE"]).read().strip() if "ORDER_TOKEN_FILE" in os.environ else None
    if token:
        logon["nonce"] = secrets.token_hex(16)
    send(connection, logon)
    if token:
        challenge = next(messages)
        expected = proof(token, "server", logon["nonce"], challenge.get("nonce", ""))
        if challenge.get("version") != 1 or not hmac.compare_digest(expected, challenge.get("proof", "")):
            sys.exit("the other side did not prove that it knows the token")
        send(connection, {"type": "proof", "proof": proof(token, "client", logon["nonce"], challenge["nonce"])})
    while (answer := next(messages)).get("more"):
        pass
    if answer["type"] != "logonAck":
        sys.exit(answer.get("reason", "no logon"))


def main() -> None:
    order = {"symbol": SYMBOL, "side": SIDE, "quantity": float(QUANTITY), "price": float(PRICE)}
    with socket.create_connection((HOST, port(PORT)), timeout=5) as connection:
        if "ORDER_CA" in os.environ:
            context = ssl.create_default_context(cafile=os.environ["ORDER_CA"])
            connection = context.wrap_socket(connection, server_hostname=HOST)
        messages = receive(connection)
        log_on(connection, messages)
        send(connection, order)
        print(next(messages), flush=True)


def port(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise ValueError(f"expected a port between 1 and 65535 instead of {text!r}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
    except StopIteration:
        sys.exit("the other side disconnected before it answered")
    except BrokenPipeError:  # the reader of standard output has left, as head does
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
