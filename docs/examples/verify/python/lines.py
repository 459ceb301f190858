"""What the examples share: the two ways a check can fail, and one JSON line of answer for each line of input."""
import json
import sys
import urllib.parse
import urllib.request


class Refused(Exception):
    """What was presented is not good. Trying again does not help."""


class Unavailable(Exception):
    """It could not be found out."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


HTTP = urllib.request.build_opener(_NoRedirects)


def require_safe(address):
    """Plain http is for tests on this machine."""
    url = urllib.parse.urlsplit(address)
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in ("127.0.0.1", "::1", "localhost")):
        raise ValueError(f"{address} must be https")


def answer_lines(verify):
    for line in sys.stdin:
        print(json.dumps(_judge(verify, line.rstrip("\n"))), flush=True)


def _judge(verify, line):
    try:
        return {"ok": True, **verify(line)}
    except Refused as error:
        return {"ok": False, "refused": str(error)}
    except Unavailable as error:
        return {"ok": False, "unavailable": str(error)}
