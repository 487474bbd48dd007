"""A push service and the browser behind it: it checks who sends (RFC 8292) and reads what was sent (RFC 8291)."""

import base64
import json
import os
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

POINT = Encoding.X962, PublicFormat.UncompressedPoint
LONGEST_TOKEN = 24 * 3600


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def stretched(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


@dataclass
class Pushed:
    headers: dict[str, str]
    said: dict[str, Any]
    claims: dict[str, Any]


@dataclass
class Browser:
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def p256dh(self) -> bytes:
        return self.key.public_key().public_bytes(*POINT)

    def read(self, body: bytes) -> bytes:
        """aes128gcm, in one record. Raises InvalidTag, ValueError."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        theirs, record = body[21 : 21 + length], body[21 + length :]
        if len(record) > size:
            raise ValueError("more than one record")
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        shared = self.key.exchange(ec.ECDH(), point)
        secret = stretched(self.auth, shared, b"WebPush: info\0" + self.p256dh + theirs, 32)
        key = stretched(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = stretched(salt, secret, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        if padded[-1:] != b"\2":
            raise ValueError("the last record does not end as one")
        return padded[:-1]


class PushService:
    """with PushService() as service: service.url, service.browser, service.got; `answer` is what it says."""

    def __init__(self) -> None:
        self.browser = Browser()
        self.answer: tuple[int, dict[str, str], bytes] = (201, {}, b"")
        self.got: list[Pushed] = []
        self.bound_to = ""  # the key that the subscription was made with
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))

    def __enter__(self) -> "PushService":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"{self.origin}/push/{encoded(self.browser.auth)}"

    def subscription(self) -> dict[str, str]:
        keys = {"p256dh": encoded(self.browser.p256dh), "auth": encoded(self.browser.auth)}
        return {"url": self.url, **keys}

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        try:
            claims = self.claims(headers["authorization"])
        except (InvalidSignature, ValueError, KeyError):
            return 403, {}, b"BadJwtToken"
        if "ttl" not in headers:
            return 400, {}, b"no TTL"
        if len(body) > 4096:
            return 413, {}, b""
        if self.answer[0] == 201:
            self.got.append(Pushed(headers, json.loads(self.browser.read(body)), claims))
        return self.answer

    def claims(self, authorization: str) -> dict[str, Any]:
        """Raises InvalidSignature, ValueError, KeyError."""
        scheme, _, rest = authorization.partition(" ")
        given = dict(part.strip().split("=", 1) for part in rest.split(","))
        head, claims, signature = given["t"].split(".")
        raw = decoded(signature)
        der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(given["k"]))
        public.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        found: dict[str, Any] = json.loads(decoded(claims))
        left = found["exp"] - time.time()
        is_right = (
            scheme == "vapid"
            and json.loads(decoded(head)) == {"typ": "JWT", "alg": "ES256"}
            and found["aud"] == self.origin
            and 0 < left <= LONGEST_TOKEN
            and found["sub"].startswith(("mailto:", "https:"))
            and self.bound_to in ("", given["k"])
        )
        if not is_right:
            raise ValueError("not ours")
        return found


def handler(service: PushService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, found, words = service.take(headers, body)
            self.send_response(status)
            for name, value in found.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *_: object) -> None:
            """Nothing is told."""

    return Handler
