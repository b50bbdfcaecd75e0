"""Reads a recorded session without Tickline: prints the ticks, the losses and the last price of each symbol.

Standard library alone, and written from the exchanges' documentation: a second opinion for the tests.
"""

import gzip
import json
import sys


def trades(message):
    """Each trade of a message: symbol, id, price as text, and whether it is only the last one before."""
    if message.get("type") in ("match", "last_match"):  # Coinbase
        return [(message["product_id"], message["trade_id"], message["price"], message["type"] == "last_match")]
    if message.get("channel") == "trade":  # Kraken
        before = message["type"] == "snapshot"
        return [(t["symbol"], t["trade_id"], t["price"], before) for t in message["data"]]
    event = message.get("data", message)  # Binance
    if event.get("e") == "trade":
        return [(event["s"], event["t"], event["p"], False)]
    return []


def whole(lines):
    """The lines up to the place where the file is cut."""
    try:
        for line in lines:
            if line.endswith("\n"):
                yield line
    except EOFError:
        return


def main(path):
    ticks, ids, last = [], {}, {}
    gaps = missed = repeated = 0
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in whole(lines):
            _, _, text = line.partition(" ")
            for symbol, number, price, before in trades(json.loads(text, parse_float=str, parse_int=str)):
                number = int(number)
                known = ids.get(symbol)
                if known is not None and number <= known:
                    repeated += 0 if before else 1
                    continue
                lost = 0 if known is None else number - known - (0 if before else 1)
                gaps += lost > 0
                missed += lost
                ids[symbol] = number
                if not before:
                    ticks.append(f"{symbol},{price}")
                    last[symbol] = price
    json.dump({"ticks": ticks, "gaps": gaps, "missed": missed, "repeated": repeated, "last": last}, sys.stdout)


main(sys.argv[1])
