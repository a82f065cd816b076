"""Digests, and the spellings in which the pages write bytes."""

import base64
import binascii

from cryptography.hazmat.primitives import hashes

from .canonical import Malformed


def digest(algorithm, data):
    engine = hashes.Hash(algorithm)
    engine.update(data)
    return engine.finalize()


def sha256(data):
    return digest(hashes.SHA256(), data)


def sm3(data):
    """GB/T 32905-2016."""
    return digest(hashes.SM3(), data)


def base64_text(data):
    return base64.b64encode(data).decode()


def base64url_text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_base64(text, length=None):
    """RFC 4648 section 4 with padding and without loose bits."""
    return decoded(text, base64.b64decode, base64_text, length)


def from_base64url(text, length=None):
    """RFC 4648 section 5 without padding and without loose bits."""
    return decoded(
        text,
        lambda raw: base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)),
        base64url_text,
        length,
    )


def decoded(text, decode, encode, length):
    if not isinstance(text, str):
        raise Malformed("base64 is a text")
    try:
        data = decode(text)
    except (binascii.Error, ValueError) as error:
        raise Malformed("no base64") from error
    if encode(data) != text:
        raise Malformed("base64 with another spelling")
    if length is not None and len(data) != length:
        raise Malformed(f"{len(data)} bytes instead of {length}")
    return data
