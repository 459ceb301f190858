"""The published keys of an issuer, as long as they may be remembered."""
import json
import re
import threading
import time
import urllib.parse

import jwt

from lines import HTTP, Refused, Unavailable

LIMIT = 1 << 20
LONGEST_WITHOUT_ISSUER = 24 * 3600


class IssuerKeys:
    """Fetches when nothing is known, when what is known is old, and for an unknown kid; never more often than the cool-down."""

    def __init__(self, issuer, algorithm, cooldown):
        self._issuer, self._algorithm, self._cooldown = issuer, algorithm, cooldown
        self._keys, self._read, self._lifetime = {}, None, 0
        self._next, self._fault = 0, None
        self._lock = threading.Lock()

    def find(self, kid):
        with self._lock:
            now = time.monotonic()
            age = float("inf") if self._read is None else now - self._read
            if (age > self._lifetime or kid not in self._keys) and now >= self._next:
                self._fetch(now)
                age = float("inf") if self._read is None else now - self._read
            if kid in self._keys and age < LONGEST_WITHOUT_ISSUER:
                return self._keys[kid]
            if self._fault or self._read is None:
                raise Unavailable(f"the keys could not be read: {self._fault}")
            raise Refused("unknown kid")

    def _fetch(self, now):
        self._next = now + self._cooldown
        try:
            address = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
            document, _ = _get(address)
            if document["issuer"] != self._issuer:
                raise ValueError("the discovery document is another issuer's")
            if _origin(document["jwks_uri"]) != _origin(self._issuer):
                raise ValueError("the keys are at another origin")
            found, self._lifetime = _get(document["jwks_uri"])
            self._keys = {key["kid"]: jwt.PyJWK(key).key for key in found["keys"] if self._is_ours(key)}
            self._read, self._fault = now, None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, jwt.PyJWTError) as error:
            self._fault = error

    def _is_ours(self, key):
        return key.get("alg") == self._algorithm and key.get("use", "sig") == "sig" and isinstance(key.get("kid"), str)


def _get(address):
    with HTTP.open(address, timeout=5) as answer:
        body = answer.read(LIMIT + 1)
        age = re.search(r"max-age=(\d{1,9})", answer.headers.get("Cache-Control", ""))
    if len(body) > LIMIT:
        raise ValueError("the answer is too long")
    return json.loads(body), min(max(int(age[1]) if age else 300, 60), 24 * 3600)


def _origin(address):
    return urllib.parse.urlsplit(address)[:2]
