"""Where the gateway is, and the simulated servers behind it as one check at a time sees them."""
import json
import os
import urllib.request

GATEWAY = os.environ["GATEWAY"]
KEY = os.environ["GATEWAY_KEY"]
CONTROL = os.environ["CONTROL"]
SERVER = os.environ["SERVER"]

CHAT = "llama3.2:3b"
EMBED = "nomic-embed-text"
SLASHED = "hf.co/user/repo:q4"
UNKNOWN = "no-such-model:1b"

QUESTION = "Why is the sky blue?"
# A red dot.
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8Dwn4EIAAAY/gL/6k8a6wAAAABJRU5ErkJggg=="
)


def begin(fault):
    """The next request that reaches a server meets this fault there."""
    _ask("/begin", fault.encode())


def received():
    """The bodies of the requests that reached the servers in this check."""
    return [request["body"] for request in json.loads(_ask("/received"))]


def reached():
    count = len(received())
    return f"{count} server{'' if count == 1 else 's'} reached"


def await_cancelled():
    """Waits until a server has seen its client leave."""
    _ask("/cancelled")
    return "the server sees it"


def _ask(path, body=None):
    with urllib.request.urlopen(CONTROL + path, body) as answer:
        return answer.read()
