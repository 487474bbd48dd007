"""The site's word that a push comes from it: RFC 8292. No I/O."""

import base64
import json
from datetime import timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

LASTS = timedelta(hours=12)  # a day at most
POINT = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint


def new_key() -> tuple[str, str]:
    """(private, public), as browsers and settings write them."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_numbers().private_value.to_bytes(32)
    return encoded(private), encoded(key.public_key().public_bytes(*POINT))


def authorization(private: str, public: str, url: str, subject: str, at: float) -> str:
    """Of one request to `url`. `subject`: mailto: or https:, whom a push service can ask."""
    parts = urlsplit(url)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(at + LASTS.total_seconds()),
        "sub": subject,
    }
    head = packed({"typ": "JWT", "alg": "ES256"})
    signed = f"{head}.{packed(claims)}"
    key = ec.derive_private_key(int.from_bytes(decoded(private)), ec.SECP256R1())
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"vapid t={signed}.{encoded(r.to_bytes(32) + s.to_bytes(32))}, k={public}"


def packed(value: dict[str, object]) -> str:
    return encoded(json.dumps(value, separators=(",", ":")).encode())


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
