"""A key pair of the stand-in's own, for what it has to sign. It stays the same as long as the journal does."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from crowd.standin.kernel.store import Store, Table


@dataclass(frozen=True, slots=True)
class KeyPair:
    """PEM texts."""

    id: str
    key: str
    certificate: str


class Certificate:
    """Made when it is first needed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pairs = Table(store, "key pairs", KeyPair)
        self._guard = threading.Lock()

    @property
    def pem(self) -> bytes:
        """What others check a signature with."""
        return self._pair().certificate.encode()

    def sign(self, text: bytes) -> bytes:
        """RSA, PKCS#1 v1.5, SHA-256: what SNS calls version 2."""
        key = load_pem_private_key(self._pair().key.encode(), None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("the journal holds another kind of key")
        return key.sign(text, padding.PKCS1v15(), hashes.SHA256())

    def _pair(self) -> KeyPair:
        with self._guard:
            found = self._pairs.get("stand-in")
            if found is None:
                with self._store.transaction():
                    found = self._pairs.put(_made())
            return found


def _made() -> KeyPair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    written = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair("stand-in", written.decode(), certificate.public_bytes(Encoding.PEM).decode())
