"""SM2 signatures (GB/T 32918.2-2016) on the curve of GB/T 32918.5-2017: nothing in `cryptography`
verifies them. Affine arithmetic; a verifier has no secret to leak."""

from .digests import sm3

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
IDENTITY = b"1234567812345678"


def add(first, second):
    if first is None or second is None:
        return first or second
    (x1, y1), (x2, y2) = first, second
    if x1 == x2:
        if (y1 + y2) % P == 0:
            return None
        slope = (3 * x1 * x1 + A) * pow(2 * y1, -1, P) % P
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P) % P
    x3 = (slope * slope - x1 - x2) % P
    return x3, (slope * (x1 - x3) - y1) % P


def times(scalar, point):
    total = None
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def is_on_curve(point):
    x, y = point
    return x < P and y < P and (y * y - x * x * x - A * x - B) % P == 0


def verify(point, message, signature):
    """Section 7.1; `signature` is DER SEQUENCE { r, s }."""
    numbers = parse_signature(signature)
    if numbers is None or not is_on_curve(point):
        return False
    r, s = numbers
    if not (0 < r < N and 0 < s < N) or (r + s) % N == 0:
        return False
    fields = b"".join(value.to_bytes(32, "big") for value in (A, B, *G, *point))
    z = sm3((8 * len(IDENTITY)).to_bytes(2, "big") + IDENTITY + fields)
    e = int.from_bytes(sm3(z + message), "big")
    found = add(times(s, G), times((r + s) % N, point))
    return found is not None and (e + found[0]) % N == r


def parse_signature(data):
    """DER only: what does not print back to the same bytes is none."""
    try:
        r_end = 4 + data[3]
        r, s = int.from_bytes(data[4:r_end], "big"), int.from_bytes(data[r_end + 2 :], "big")
    except IndexError:
        return None
    return (r, s) if der_signature(r, s) == data else None


def der_signature(r, s):
    body = b"".join(b"\x02" + bytes([len(raw)]) + raw for raw in map(der_integer, (r, s)))
    return b"\x30" + bytes([len(body)]) + body


def der_integer(value):
    return value.to_bytes(value.bit_length() // 8 + 1, "big")
