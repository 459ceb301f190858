"""Verifies callers by the presigned GetCallerIdentity URLs that they send. Needs nothing but Python.

    STS=https://identity.example.com SERVER_ID=api.example.com ACCOUNTS=123456789012 python3 callers.py < urls.txt
"""
import calendar
import http.client
import os
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree

from lines import HTTP, Refused, Unavailable, answer_lines, require_safe

EXPECTED = {
    "Action": r"GetCallerIdentity",
    "Version": r"2011-06-15",
    "X-Amz-Algorithm": r"AWS4-HMAC-SHA256",
    "X-Amz-Credential": r"\w+/\d{8}/[a-z0-9-]+/sts/aws4_request",
    "X-Amz-Date": r"\d{8}T\d{6}Z",
    "X-Amz-Expires": r"[1-9]\d{0,4}",
    "X-Amz-SignedHeaders": r"host;x-server-id",  # Without our own id in it, it was made for somebody else.
    "X-Amz-Signature": r"[0-9a-f]{64}",
}
OPTIONAL = {"X-Amz-Security-Token", "X-Amz-Content-Sha256", "x-id"}
PAIR = re.compile(r"([\w-]+)=((?:[\w.~-]|%[0-9A-Fa-f]{2})+)", re.ASCII)
NAMESPACE = "{https://sts.amazonaws.com/doc/2011-06-15/}"
CLOCK_DIFFERENCE = 60
LIMIT = 65536


class CallerVerifier:
    """Never calls anything but the endpoint given here."""

    def __init__(self, endpoint, server_id, accounts, longest=60):
        require_safe(endpoint)
        self._endpoint, self._server_id, self._accounts, self._longest = endpoint, server_id, accounts, longest
        # In one process. Several share it by other means, or live with a second use within the lifetime.
        self._used, self._lock = {}, threading.Lock()

    def verify(self, presigned):
        """The caller that STS names. Raises Refused when the URL is not good, Unavailable when that could not be found out."""
        parameters = self._parameters(presigned)
        signature, expiry = parameters["X-Amz-Signature"], self._expiry(parameters)
        self._use(signature, expiry)
        try:
            return self._ask(parameters)
        except (Refused, Unavailable):
            with self._lock:
                self._used.pop(signature, None)  # Nothing was proven, so nothing was used.
            raise

    def _parameters(self, presigned):
        # Compared as text: what is no exact beginning needs no parser that might read it otherwise than STS does.
        prefix = f"{self._endpoint}/?"
        if len(presigned) > 16384 or not presigned.startswith(prefix):
            raise Refused("not our STS")
        parameters = {}
        for pair in presigned[len(prefix):].split("&"):
            match = PAIR.fullmatch(pair)
            if not match or match[1] in parameters or match[1] not in EXPECTED.keys() | OPTIONAL:
                raise Refused("an unexpected parameter")
            try:
                parameters[match[1]] = urllib.parse.unquote(match[2], errors="strict")
            except UnicodeDecodeError as error:
                raise Refused("an unreadable parameter") from error
        for name, pattern in EXPECTED.items():
            if not re.fullmatch(pattern, parameters.get(name, ""), re.ASCII):
                raise Refused(f"{name} is not acceptable")
        return parameters

    def _expiry(self, parameters):
        try:
            signed = calendar.timegm(time.strptime(parameters["X-Amz-Date"], "%Y%m%dT%H%M%SZ"))
        except ValueError as error:
            raise Refused("X-Amz-Date is not acceptable") from error
        lifetime = int(parameters["X-Amz-Expires"])
        if lifetime > self._longest or signed > time.time() + CLOCK_DIFFERENCE or signed + lifetime < time.time():
            raise Refused("expired, or good for too long")
        return signed + lifetime

    def _use(self, signature, expiry):
        with self._lock:
            self._used = {known: until for known, until in self._used.items() if until >= time.time()}
            if signature in self._used:
                raise Refused("used before")
            self._used[signature] = expiry

    def _ask(self, parameters):
        query = urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote, safe="")
        request = urllib.request.Request(f"{self._endpoint}/?{query}", headers={"x-server-id": self._server_id})
        try:
            with HTTP.open(request, timeout=5) as answer:
                body = answer.read(LIMIT)
            result = xml.etree.ElementTree.fromstring(body).find(f"{NAMESPACE}GetCallerIdentityResult")
            caller = {name: result.find(NAMESPACE + name).text for name in ("Account", "Arn", "UserId")}
        except urllib.error.HTTPError as error:
            if 400 <= error.code < 500 and error.code != 429:
                raise Refused("STS does not know the caller") from error
            raise Unavailable(f"STS answered {error.code}") from error
        except (OSError, http.client.HTTPException, xml.etree.ElementTree.ParseError, AttributeError) as error:
            raise Unavailable(str(error)) from error
        if caller["Account"] not in self._accounts:
            raise Refused("a foreign account")
        return {"account": caller["Account"], "arn": caller["Arn"], "userId": caller["UserId"]}


if __name__ == "__main__":
    answer_lines(CallerVerifier(
        os.environ["STS"],
        os.environ["SERVER_ID"],
        os.environ["ACCOUNTS"].split(","),
        int(os.environ.get("LONGEST", 60)),
    ).verify)
