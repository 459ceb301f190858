"""Proves who this program is: prints a URL that only the owner of the credentials can have made, for one server and one minute.
Needs botocore (Debian: python3-botocore).

    STS=https://identity.example.com SERVER_ID=api.example.com python3 presign.py
"""
import os

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.session import Session


def presign(endpoint, region, server_id, credentials, lifetime=60):
    request = AWSRequest(
        "GET",
        f"{endpoint}/",
        params={"Action": "GetCallerIdentity", "Version": "2011-06-15"},
        headers={"x-server-id": server_id},
    )
    SigV4QueryAuth(credentials, "sts", region, expires=lifetime).add_auth(request)
    return request.url


if __name__ == "__main__":
    print(presign(
        os.environ["STS"],
        os.environ.get("AWS_REGION", "us-east-1"),
        os.environ["SERVER_ID"],
        Session().get_credentials().get_frozen_credentials(),
    ))
