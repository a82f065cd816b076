"""DER (X.690 section 10), as much of it as messages and stamps are made of."""

from dataclasses import dataclass

from .canonical import Malformed

DEPTH_MAX = 64
INTEGER, OCTETS, OID, SEQUENCE, SET, TIME = 0x02, 0x04, 0x06, 0x30, 0x31, 0x18
CONSTRUCTED = 0x20


@dataclass(frozen=True)
class Element:
    tag: int
    body: bytes
    whole: bytes

    @property
    def parts(self):
        return tuple(elements(self.body))

    @property
    def number(self):
        return int.from_bytes(self.body, "big", signed=True)


def element(data, depth=0):
    """The one element that these bytes are, with everything in it well formed."""
    found = list(elements(data))
    if len(found) != 1:
        raise Malformed("not one element")
    require_inside(found[0], depth)
    return found[0]


def require_inside(one, depth):
    if depth > DEPTH_MAX:
        raise Malformed("too deep")
    if one.tag & CONSTRUCTED:
        for part in one.parts:
            require_inside(part, depth + 1)


def elements(data):
    at = 0
    while at < len(data):
        header, length = header_of(data[at:])
        end = at + header + length
        if end > len(data):
            raise Malformed("an element ends behind its data")
        yield Element(data[at], data[at + header : end], data[at:end])
        at = end


def header_of(data):
    """Length of the header and of the body. One spelling for each length; tags of one byte."""
    if len(data) < 2 or data[0] & 0x1F == 0x1F:
        raise Malformed("no header")
    if data[1] < 0x80:
        return 2, data[1]
    width = data[1] & 0x7F
    length = int.from_bytes(data[2 : 2 + width], "big")
    if (
        not 1 <= width <= 4
        or len(data) < 2 + width
        or length < 0x80
        or length >> 8 * (width - 1) == 0
    ):
        raise Malformed("another spelling of a length")
    return 2 + width, length


def oid(dotted):
    """The body of an OBJECT IDENTIFIER."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return b"".join(arc_bytes(arc) for arc in (40 * first + second, *rest))


def arc_bytes(arc):
    septets = [arc & 0x7F]
    while arc := arc >> 7:
        septets.insert(0, arc & 0x7F | 0x80)
    return bytes(septets)
