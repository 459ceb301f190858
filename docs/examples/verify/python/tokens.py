"""Verifies the OpenID tokens of one identity pool. Needs PyJWT and cryptography (Debian: python3-jwt, python3-cryptography).

    ISSUER=https://identity.example.com POOL=us-east-1:... python3 tokens.py < tokens.txt
"""
import os
import re
import time

import jwt

from keys import IssuerKeys
from lines import Refused, answer_lines, require_safe

FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
IDENTITY = re.compile(r"[\w-]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
TAGS = "https://aws.amazon.com/tags"
CLOCK_DIFFERENCE = 30


class TokenVerifier:
    """The algorithm comes from here and never from the token or the discovery document."""

    def __init__(self, issuer, pool, algorithm="RS512", allow_guests=False, max_age=86400, cooldown=30):
        require_safe(issuer)
        self._issuer, self._pool, self._algorithm = issuer, pool, algorithm
        self._allow_guests, self._max_age = allow_guests, max_age
        self._keys = IssuerKeys(issuer, algorithm, cooldown)

    def verify(self, token):
        """Who sent it. Raises Refused when the token is not good, Unavailable when that could not be found out."""
        if len(token) > 65536 or not FORM.fullmatch(token):
            raise Refused("not a signed token")
        try:
            claims = self._claims(token)
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise Refused(str(error)) from error
        return self._who_sent(claims)

    def _claims(self, token):
        header = jwt.get_unverified_header(token)
        if header.get("alg") != self._algorithm or "crit" in header or "b64" in header:
            raise Refused("another algorithm, or one with conditions")
        if not isinstance(header.get("kid"), str):
            raise Refused("no kid")
        return jwt.decode(
            token,
            self._keys.find(header["kid"]),
            algorithms=[self._algorithm],
            issuer=self._issuer,
            audience=self._pool,
            leeway=CLOCK_DIFFERENCE,
            options={"require": ["iss", "sub", "aud", "iat", "exp"]},
        )

    def _who_sent(self, claims):
        if claims["aud"] != self._pool:
            raise Refused("aud is not the pool alone")
        if type(claims["iat"]) is not int or type(claims["exp"]) is not int:
            raise Refused("a time is not a number")
        age = time.time() - claims["iat"]
        if not -CLOCK_DIFFERENCE <= age <= self._max_age + CLOCK_DIFFERENCE:
            raise Refused("too old, or from the future")
        if not isinstance(claims["sub"], str) or not IDENTITY.fullmatch(claims["sub"]):
            raise Refused("sub is not an identity")
        methods = claims.get("amr")
        if not isinstance(methods, list) or not all(isinstance(method, str) for method in methods):
            raise Refused("amr is not a list")
        if "authenticated" not in methods and not (self._allow_guests and "unauthenticated" in methods):
            raise Refused("a guest")
        return {"identityId": claims["sub"], "methods": methods, "tags": _tags(claims), "expiresAt": claims["exp"]}


def _tags(claims):
    if TAGS not in claims:
        return {}
    tags = claims[TAGS].get("principal_tags") if isinstance(claims[TAGS], dict) else None
    if not isinstance(tags, dict) or not all(
        isinstance(values, list) and len(values) == 1 and isinstance(values[0], str) for values in tags.values()
    ):
        raise Refused("principal tags are malformed")
    return {key: values[0] for key, values in tags.items()}


if __name__ == "__main__":
    answer_lines(TokenVerifier(
        os.environ["ISSUER"],
        os.environ["POOL"],
        os.environ.get("ALGORITHM", "RS512"),
        os.environ.get("ALLOW_GUESTS") == "true",
        int(os.environ.get("MAX_AGE", 86400)),
        int(os.environ.get("COOLDOWN", 30)),
    ).verify)
