"""Who signs a call: Signature Version 4 is always there, and is checked where the settings name a key."""

from __future__ import annotations

import hmac
import re
from urllib.parse import urlencode

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from crowd.standin.kernel.http import Request
from crowd.standin.kernel.settings import Settings
from crowd.standin.mturk.errors import Forbidden, Refused, Unsigned

REGION, SERVICE = "us-east-1", "mturk-requester"
HEADER = re.compile(
    r"^AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/\d{8}/(?P<scope>[^,]+), ?SignedHeaders=(?P<names>[^,]+), ?"
    r"Signature=(?P<signature>[0-9a-f]{64})$"
)


class BadSignature(Refused):
    """The key is known, and the signature is not its own."""

    kind = "InvalidSignatureException"
    status = 403


class NoClient(Refused):
    """Nobody has this key."""

    kind = "UnrecognizedClientException"
    status = 403


def check(request: Request, operation: str, settings: Settings) -> None:
    """Refused as AWS refuses."""
    found = HEADER.match(request.header("Authorization"))
    if found is None:
        raise Unsigned("Missing Authentication Token")
    if found["scope"] != f"{REGION}/{SERVICE}/aws4_request":
        raise BadSignature(f"Credential should be scoped to {REGION}/{SERVICE}/aws4_request.")
    key, secret = settings.text("access_key"), settings.text("secret_key")
    if key and found["key"] != key:
        raise NoClient("The security token included in the request is invalid.")
    if secret and not hmac.compare_digest(found["signature"], _signature(request, found, secret)):
        raise BadSignature("The request signature we calculated does not match the signature you provided.")
    if operation in settings.text("denied").split(","):
        raise Forbidden(f"User is not authorized to perform: mechanicalturk:{operation}")


def _signature(request: Request, found: re.Match[str], secret: str) -> str:
    auth = SigV4Auth(Credentials(found["key"], secret), SERVICE, REGION)
    url = f"http://{request.header('Host')}{request.path}" + (f"?{urlencode(request.query)}" if request.query else "")
    signed = AWSRequest(request.method, url, data=request.body)
    for name in found["names"].split(";"):
        signed.headers[name] = request.header(name)
    signed.context["timestamp"] = request.header("X-Amz-Date")
    return str(auth.signature(auth.string_to_sign(signed, auth.canonical_request(signed)), signed))
