"""Signed notes, keys and checkpoints (C2SP), as docs/specs/log.md, witness.md and twin.md
narrow them."""

import re
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa

from . import sm2
from .canonical import Malformed
from .digests import from_base64, sha256

SIZE_MAX = 2**53 - 1
NAME_BYTES_MAX = 255
PLAIN, COSIGNATURE, SUBTREE = b"\x01", b"\x04", b"\x06"
TWIN = b"\xfffubie/sm2-sm3-note@v1\n"
KEY_BYTES = {PLAIN: 32, COSIGNATURE: 32, SUBTREE: 1312}


@dataclass(frozen=True)
class VerifierKey:
    name: str
    id: bytes
    kind: bytes
    material: bytes

    @property
    def short(self):
        return f"{self.name}+{self.id.hex()}"


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    text: bytes
    """What is signed: everything up to and with the newline before the empty line."""
    signatures: tuple
    """(name, key id, bytes) in the order of the lines."""


def parse_vkey(text):
    name, plus, rest = text.strip("\n").partition("+")
    id_hex, second, body = rest.partition("+")
    if not plus or not second or not re.fullmatch(r"[0-9a-f]{8}", id_hex):
        raise Malformed("a verifier key is name+id+base64")
    refuse_name(name)
    data = from_base64(body)
    kind = TWIN if data.startswith(TWIN) else data[:1]
    material = data[len(kind) :]
    if kind != TWIN and KEY_BYTES.get(kind) != len(material):
        raise Malformed(f"a key of type {kind.hex()} with {len(material)} bytes")
    key = VerifierKey(name, sha256(name.encode() + b"\n" + data)[:4], kind, material)
    if key.id.hex() != id_hex:
        raise Malformed("the key id is another")
    return key


def refuse_name(name):
    """The name of a key that is trusted, or an origin."""
    refuse_letters(name)
    if len(name.encode()) > NAME_BYTES_MAX:
        raise Malformed(f"a key's name is too long: {name!r}")


def refuse_letters(name):
    bad = any(letter == "+" or letter.isspace() or not letter.isprintable() for letter in name)
    if bad or name == "":
        raise Malformed(f"no name of a key: {name!r}")


def parse_note(data):
    """The signed text and its signature lines."""
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("a note is UTF-8") from error
    text, empty, lines = note.rpartition("\n\n")
    if not empty or not lines.endswith("\n"):
        raise Malformed("a note has a text, an empty line, signatures and a last newline")
    if any(ord(letter) < 32 and letter != "\n" for letter in note):
        raise Malformed("a control character in a note")
    signatures = tuple(parse_line(line) for line in lines[:-1].split("\n"))
    return (text + "\n").encode(), signatures


def parse_line(line):
    dash, _, rest = line.partition(" ")
    name, _, body = rest.partition(" ")
    data = from_base64(body)
    if dash != "—" or len(data) <= 4:
        raise Malformed(f"no signature line: {line!r}")
    refuse_letters(name)
    return name, data[:4], data[4:]


def parse_checkpoint(data):
    """C2SP tlog-checkpoint without extension lines."""
    text, signatures = parse_note(data)
    return Checkpoint(*parse_head(text), text, signatures)


def parse_head(text):
    lines = text.decode().split("\n")
    if len(lines) != 4 or lines[3] != "":
        raise Malformed("a checkpoint is origin, size and root")
    refuse_name(lines[0])
    return lines[0], parse_size(lines[1]), from_base64(lines[2], 32)


def parse_size(text):
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", text) or int(text) > SIZE_MAX:
        raise Malformed(f"no size: {text!r}")
    return int(text)


def parse_proof(data):
    """C2SP tlog-proof v1 without extra data: index, hashes, the checkpoint's bytes."""
    head, empty, note = data.partition(b"\n\n")
    lines = head.split(b"\n")
    if not empty or len(lines) < 2 or lines[0] != b"c2sp.org/tlog-proof@v1":
        raise Malformed("no tlog-proof of version 1")
    word, _, index = lines[1].decode("ascii", "replace").partition(" ")
    if word != "index" or len(lines) > 2 + 63:
        raise Malformed("a proof has an index and at most 63 hashes")
    hashes = [from_base64(line.decode("ascii", "replace"), 32) for line in lines[2:]]
    return parse_size(index), hashes, note


def holds(key, text, signature, head=None):
    """Does this line hold? True, False, or for a cosignature its time in seconds since 1970."""
    try:
        if key.kind == PLAIN:
            ed25519_verify(key.material, signature, text)
            return len(signature) == 64
        if key.kind == TWIN:
            return sm2.verify(sm2_point(key.material), text, signature)
        (seconds,) = struct.unpack_from(">Q", signature)
        if seconds > SIZE_MAX:
            return False
        if key.kind == COSIGNATURE:
            message = b"cosignature/v1\ntime %d\n" % seconds + text
            ed25519_verify(key.material, signature[8:], message)
            return seconds
        message = cosigned_message(key.name, seconds, head)
        mldsa.MLDSA44PublicKey.from_public_bytes(key.material).verify(signature[8:], message)
        return seconds if seconds > 0 else False
    except (InvalidSignature, ValueError, struct.error):
        return False


def ed25519_verify(key, signature, message):
    ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, message)


def cosigned_message(name, seconds, head):
    """witness.md, "ML-DSA-44": what a witness of type 0x06 signs over the whole tree."""
    origin = head.origin.encode()
    return b"".join(
        [
            b"subtree/v1\n\x00",
            bytes([len(name.encode())]),
            name.encode(),
            struct.pack(">Q", seconds),
            bytes([len(origin)]),
            origin,
            struct.pack(">QQ", 0, head.size),
            head.root,
        ]
    )


# SubjectPublicKeyInfo of id-ecPublicKey on 1.2.156.10197.1.301, up to the point.
SM2_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")


def sm2_point(der):
    if len(der) != len(SM2_PREFIX) + 64 or not der.startswith(SM2_PREFIX):
        raise ValueError("no key on the curve of SM2")
    point = der[len(SM2_PREFIX) - 1 :]
    return int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
