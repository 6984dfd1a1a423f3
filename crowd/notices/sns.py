"""Amazon SNS over HTTPS: what it posts, whose signature it bears, and where its certificate may lie.

Source: Amazon SNS Developer Guide, "Verifying the signatures of Amazon SNS messages".
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from crowd.notices.documents import moment_in, object_in

HOST: Final = re.compile(r"sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?")
SIGNED: Final = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
HASHES: Final[dict[str, type[hashes.HashAlgorithm]]] = {"1": hashes.SHA1, "2": hashes.SHA256}


@dataclass(frozen=True, slots=True)
class Envelope:
    """What SNS wraps a message in."""

    fields: dict[str, str]

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """ValueError if it is no message of SNS."""
        fields = {name: value for name, value in object_in(body).items() if isinstance(value, str)}
        if fields.get("Type") not in SIGNED:
            raise ValueError("This is no message of Amazon SNS.")
        return cls(fields)

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def sent_at(self) -> datetime | None:
        """None if it does not say."""
        return moment_in(self["Timestamp"])

    @property
    def signed_text(self) -> bytes:
        """What the signature is of: names and values of what the kind of message has, a line each."""
        names = [name for name in SIGNED[self["Type"]] if name in self.fields]
        return "".join(f"{name}\n{self[name]}\n" for name in names).encode()

    def is_signed_by(self, certificate: bytes) -> bool:
        """Whether whoever has the key of this certificate (PEM) signed it."""
        algorithm = HASHES.get(self["SignatureVersion"])
        try:
            key = x509.load_pem_x509_certificate(certificate).public_key()
            signature = base64.b64decode(self["Signature"], validate=True)
            if algorithm is None or not isinstance(key, RSAPublicKey):
                return False
            key.verify(signature, self.signed_text, PKCS1v15(), algorithm())
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, binascii.Error):
            return False
        return True


def is_amazons(address: str, *, stand_in: str = "") -> bool:
    """Whether an address (of a certificate, of a confirmation) is one of SNS. stand_in: the one that may play it."""
    try:
        parts = urlsplit(address)
        is_plain = parts.username is None and parts.port in (None, 443)
    except ValueError:
        return False
    if stand_in:
        ours = urlsplit(stand_in)
        return (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)
    return parts.scheme == "https" and is_plain and HOST.fullmatch(parts.hostname or "") is not None
