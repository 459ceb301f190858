"""Trades a web identity token for a role's credentials with boto3, and asks STS whose they are.

    web_identity.py ENDPOINT REGION ROLE TOKEN_FILE

Prints {"arn": ..., "provider": ...} as one line.
"""

import json
import pathlib
import sys

import boto3
from botocore import UNSIGNED
from botocore.config import Config

endpoint, region, role, token_file = sys.argv[1:]
anonymous = boto3.client("sts", endpoint_url=endpoint, region_name=region, config=Config(signature_version=UNSIGNED))
answer = anonymous.assume_role_with_web_identity(
    RoleArn=role, RoleSessionName="boto3", WebIdentityToken=pathlib.Path(token_file).read_text(encoding="ascii")
)
credentials = answer["Credentials"]
signed = boto3.client(
    "sts",
    endpoint_url=endpoint,
    region_name=region,
    aws_access_key_id=credentials["AccessKeyId"],
    aws_secret_access_key=credentials["SecretAccessKey"],
    aws_session_token=credentials["SessionToken"],
)
print(json.dumps({"arn": signed.get_caller_identity()["Arn"], "provider": answer["Provider"]}))
