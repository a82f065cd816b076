"""Whose seals a block bears, docs/specs/anchor.md, "Seals": secp256k1 as SEC 1 and 2 have it."""

from .anchor import NotProved, rlp
from .keccak import keccak256

FIELD = 2**256 - 2**32 - 977
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
BASE = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
PARENT, EXTRA = 0, 12
SEAL_BYTES = 65


def sealed_by(headers, validators):
    """How many of the validators sealed the block or its descendants, and how many are needed."""
    known = {bytes.fromhex(one) for one in validators["addresses"]}
    is_clique = validators["kind"] == "clique"
    sealers = set()
    for at, header in enumerate(headers):
        fields = rlp(header)
        if at > 0 and not (is_clique and fields[PARENT] == keccak256(headers[at - 1])):
            raise NotProved("not the child of the block before")
        found = clique(fields) if is_clique else qbft(fields, len(known))
        if not found <= known:
            raise NotProved("sealed by nobody who is a validator")
        sealers |= found
    many = len(known)
    return len(sealers), many // 2 + 1 if is_clique else -(-2 * many // 3)


def clique(fields):
    extra = fields[EXTRA]
    return {recover(digest(fields, extra[:-SEAL_BYTES]), extra[-SEAL_BYTES:])}


def qbft(fields, seals_max):
    extra = rlp(fields[EXTRA])
    if not isinstance(extra, list) or len(extra) != 5 or len(extra[4]) > seals_max:
        raise NotProved("no extra data of QBFT")
    over = digest(fields, encode([*extra[:4], []]))
    return {recover(over, seal) for seal in extra[4]}


def digest(fields, extra):
    return keccak256(encode([*fields[:EXTRA], extra, *fields[EXTRA + 1 :]]))


def encode(value):
    """RLP, Yellow Paper appendix B."""
    if isinstance(value, bytes):
        if len(value) == 1 and value[0] < 0x80:
            return value
        return head(0x80, len(value)) + value
    body = b"".join(encode(one) for one in value)
    return head(0xC0, len(body)) + body


def head(base, length):
    if length <= 55:
        return bytes([base + length])
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([base + 55 + len(size)]) + size


def recover(over, seal):
    """The address of whoever signed, or None where no key makes such a signature."""
    if len(seal) != SEAL_BYTES or seal[64] > 1:
        return None
    r, s = (int.from_bytes(half, "big") for half in (seal[:32], seal[32:64]))
    if not 0 < r < ORDER or not 0 < s < ORDER:
        return None
    square = (r**3 + 7) % FIELD
    y = pow(square, (FIELD + 1) // 4, FIELD)
    if y * y % FIELD != square:
        return None
    point = (r, y if y % 2 == seal[64] else FIELD - y)
    inverse = pow(r, -1, ORDER)
    of_base = times(BASE, -int.from_bytes(over, "big") * inverse % ORDER)
    key = plus(of_base, times(point, s * inverse % ORDER))
    if key is None:
        return None
    return keccak256(key[0].to_bytes(32, "big") + key[1].to_bytes(32, "big"))[12:]


def times(point, by):
    total = None
    for bit in bin(by)[2:]:
        total = plus(total, total)
        if bit == "1":
            total = plus(total, point)
    return total


def plus(one, other):
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % FIELD == 0:
            return None
        slope = 3 * one[0] ** 2 * pow(2 * one[1], -1, FIELD)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, FIELD)
    x = (slope**2 - one[0] - other[0]) % FIELD
    return x, (slope * (one[0] - x) - one[1]) % FIELD
