"""One line of JSON for each client's version and for each check."""
import json
import sys

import fleet


class Client:
    def __init__(self, name, version, describe):
        """describe(error) tells what of an exception a program can act on."""
        self.name = name
        self.describe = describe
        _line(client=name, version=version)

    def check(self, feature, expected, observe, fault="none"):
        """observe() says in words what it saw; an exception is an observation too."""
        detail = ""
        try:
            fleet.begin(fault)
            observed = str(observe())
        except Exception as error:
            observed = f"raises {type(error).__name__}{self.describe(error)}"
            detail = repr(error)
        _line(
            client=self.name,
            feature=feature,
            expected=expected,
            observed=observed,
            ok=observed == expected,
            detail=detail,
        )


def words(text):
    count = len(text.split())
    return f"{count} words" if count else "no words"


def after_some(pieces):
    """Reads a stream to its end; what it raises comes after the pieces that were read."""
    count = 0
    try:
        for _ in pieces:
            count += 1
    except Exception as error:
        if count == 0:
            raise AssertionError("nothing came before it broke") from error
        raise
    return "ends as if nothing had happened"


def same_picture():
    sent = [body for body in fleet.received() if fleet.PICTURE in body]
    return "the picture reaches the server" if len(sent) == 1 else "the picture is lost"


def _line(**fields):
    print(json.dumps(fields), flush=True)
    sys.stdout.flush()
