"""Evidence records (RFC 4998) as docs/specs/twin.md, "Stamps", keeps them: since when has this
existed?"""

from . import der
from .canonical import Malformed
from .cms import IMPRINTS, Flawed, check_token
from .digests import digest

CHAINS_MAX = 64


def since_when(data, content, clock):
    """The time of the first token, when every later one was made while the one before still
    stood."""
    version, _, *optional, sequence = der.element(data).parts
    chains = [chain.parts for chain in sequence.parts]
    if version.number != 1 or optional or not 1 <= len(chains) <= CHAINS_MAX:
        raise Malformed("no evidence record as this house keeps them")
    times, earlier = [], b""
    for chain in chains:
        times += judge_chain(chain, content, earlier, clock)
        earlier += der_sequence(b"".join(stamp.whole for stamp in chain))
    if not times or times != sorted(times):
        raise Flawed("stamp_wrong", "stamps out of order")
    return times[0]


def judge_chain(chain, content, earlier, clock):
    """Tokens of one hash algorithm; each after the first is over the ContentInfo of the one
    before."""
    if not chain:
        raise Malformed("an empty chain")
    algorithm, times, before = algorithm_of(chain[0]), [], None
    for stamp in chain:
        if algorithm_of(stamp) != algorithm:
            raise Flawed("stamp_wrong", "two hashes in one chain")
        hashed = IMPRINTS[algorithm]()
        if before is not None:
            value = before
        elif earlier:
            # Hash-tree renewal (5.2): over H(H(content) and H(DER of all chains so far)).
            value = digest(hashed, content) + digest(hashed, der_sequence(earlier))
        else:
            value = content
        before = stamp.parts[-1].whole
        times.append(check_token(before, value, clock, algorithm))
    return times


def algorithm_of(stamp):
    """digestAlgorithm [0] is always there, attributes and a reduced tree never."""
    if len(stamp.parts) != 2 or stamp.parts[0].tag != 0xA0:
        raise Malformed("an ArchiveTimeStamp of two members")
    found = stamp.parts[0].parts[0].body
    if found not in IMPRINTS:
        raise Malformed("a hash nobody knows")
    return found


def der_sequence(body):
    length = len(body)
    if length < 0x80:
        return bytes([der.SEQUENCE, length]) + body
    width = (length.bit_length() + 7) // 8
    return bytes([der.SEQUENCE, 0x80 | width]) + length.to_bytes(width, "big") + body
