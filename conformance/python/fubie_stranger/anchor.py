"""An anchor, docs/specs/anchor.md: a contract held this root for this size in the state after a
block."""

from dataclasses import dataclass

from .canonical import Malformed, parse_canonical
from .digests import from_base64
from .keccak import keccak256

MEMBERS = {"v", "chain", "contract", "checkpoint", "header", "account", "storage"}
STATE_ROOT, NUMBER, TIME = 3, 8, 11
ROOTS_SLOT = 0
DESCENDANTS_MAX = 64


class NotProved(Exception):
    """The proof leads somewhere else."""


@dataclass(frozen=True)
class Anchor:
    chain: str
    contract: bytes
    checkpoint: bytes
    header: bytes
    account: list
    storage: list
    descendants: list


@dataclass(frozen=True)
class Header:
    hash: bytes
    number: int
    seconds: int


def parse_anchor(data):
    fields = parse_canonical(data)
    if not isinstance(fields, dict):
        raise Malformed("members of an anchor")
    descendants = fields.get("descendants", [])
    wanted = MEMBERS | {"descendants"} if descendants else MEMBERS
    if set(fields) != wanted or fields["v"] != (2 if descendants else 1):
        raise Malformed("members of an anchor")
    if not isinstance(descendants, list) or len(descendants) > DESCENDANTS_MAX:
        raise Malformed("descendants of a block")
    contract = bytes.fromhex(fields["contract"])
    if contract.hex() != fields["contract"] or len(contract) != 20:
        raise Malformed("a contract's address is 40 hex digits")
    return Anchor(
        fields["chain"],
        contract,
        fields["checkpoint"].encode(),
        from_base64(fields["header"]),
        [from_base64(node) for node in fields["account"]],
        [from_base64(node) for node in fields["storage"]],
        [from_base64(node) for node in descendants],
    )


def proved(anchor, head):
    """The header after whose block the contract held the root of this head."""
    fields = rlp(anchor.header)
    account = rlp(walk(fields[STATE_ROOT], anchor.contract, anchor.account))
    if len(account) != 4:
        raise NotProved("an account has four members")
    value = rlp(walk(account[2], slot_of(head), anchor.storage))
    if value.rjust(32, b"\x00") != head.root:
        raise NotProved("another root")
    number, seconds = (int.from_bytes(fields[at], "big") for at in (NUMBER, TIME))
    return Header(keccak256(anchor.header), number, seconds)


def slot_of(head):
    log = keccak256(head.origin.encode())
    return keccak256(
        head.size.to_bytes(32, "big") + keccak256(log + ROOTS_SLOT.to_bytes(32, "big"))
    )


def walk(root, key, nodes):
    """Yellow Paper, appendix D: the value behind the nibbles of the key's hash; no node is left
    over."""
    path = keccak256(key).hex()
    rest = list(nodes)
    node = taken(rest, root)
    while True:
        if len(node) == 17:
            if not path:
                return finished(node[16], rest)
            child, path = node[int(path[0], 16)], path[1:]
        elif len(node) == 2:
            piece, is_leaf = unpacked(node[0])
            if not path.startswith(piece):
                raise NotProved("the path ends")
            child, path = node[1], path[len(piece) :]
            if is_leaf:
                if path:
                    raise NotProved("a leaf too early")
                return finished(child, rest)
        else:
            raise NotProved("no node")
        # A node shorter than 32 bytes stands in its parent.
        node = child if isinstance(child, list) else taken(rest, child)


def taken(rest, digest):
    if not rest or keccak256(rest[0]) != digest:
        raise NotProved("a node is not the one its parent names")
    return rlp(rest.pop(0))


def finished(value, rest):
    if rest or not isinstance(value, bytes) or not value:
        raise NotProved("nodes left over, or no value")
    return value


def unpacked(prefix):
    """Appendix C: the nibbles of a shortened path, and whether it ends in a leaf."""
    digits = prefix.hex()
    flag = int(digits[0], 16)
    if flag > 3 or (not flag & 1 and digits[1] != "0"):
        raise NotProved("no hex prefix")
    return digits[1 if flag & 1 else 2 :], flag >= 2


def rlp(data):
    """Appendix B, strictly: one spelling for each value, nothing behind it."""
    value, end = rlp_at(data, 0)
    if end != len(data):
        raise Malformed("something behind the RLP")
    return value


def rlp_at(data, at):
    if at >= len(data):
        raise Malformed("RLP ends early")
    first = data[at]
    if first < 0x80:
        return data[at : at + 1], at + 1
    base = 0x80 if first < 0xC0 else 0xC0
    length, start = first - base, at + 1
    if length > 55:
        width = length - 55
        length = int.from_bytes(data[start : start + width], "big")
        if length < 56 or data[start] == 0:
            raise Malformed("another spelling of a length")
        start += width
    end = start + length
    if end > len(data):
        raise Malformed("RLP ends early")
    if base == 0x80:
        if length == 1 and data[start] < 0x80:
            raise Malformed("another spelling of a byte")
        return data[start:end], end
    items = []
    while start < end:
        item, start = rlp_at(data, start)
        items.append(item)
    if start != end:
        raise Malformed("a list ends inside its last item")
    return items, end
