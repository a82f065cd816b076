"""The shards of a log, docs/specs/twin.md, "Shards": from the key of the first one over every border
to the one of `checkpoint.txt`."""

import copy
import re

from .canonical import Malformed
from .digests import from_base64, sm3
from .log import judge_lines, judge_quorum
from .notes import PLAIN, TWIN, holds, parse_checkpoint, parse_proof, parse_size, parse_vkey
from .rule import under_rule
from .tree import leaf_hash, root_from_inclusion

LEAF_BYTES_MAX = 2_048
NONE = "none"


class Wrong(Exception):
    """The leaf, and the name that the page gives to what is wrong with it."""

    def __init__(self, part, why):
        super().__init__(f"{part}: {why}")
        self.part, self.why = part, why


class Closed:
    """A shard that ended: its last head, the note it stands in, and what the next one says."""

    def __init__(self, head, note, key, voted, twin_root):
        self.head, self.note, self.key = head, note, key
        self.voted, self.twin_root, self.cosigned = voted, twin_root, {}


def lines_of(leaf, first, count):
    if len(leaf) > LEAF_BYTES_MAX:
        raise Malformed("longer than a leaf of a border is")
    lines = leaf.decode("utf-8").split("\n")
    if len(lines) != count + 2 or lines[0] != first or lines[-1] != "":
        raise Malformed(f"no {first}")
    return lines[1:-1]


def parse_closing(leaf):
    """Origin, the key of the next shard, and of its twin or None."""
    origin, log, twin = lines_of(leaf, "fubie/shard-close/v1", 3)
    key = parse_vkey(log)
    second = None if twin == NONE else parse_vkey(twin)
    if key.kind != PLAIN or (second is not None and second.kind != TWIN):
        raise Malformed("a key of another type")
    return origin, key, second


def parse_opening(leaf):
    """Origin, then of the shard before origin, size, root, and the root of its twin or None."""
    origin, before, size, root, twin = lines_of(leaf, "fubie/shard-open/v1", 5)
    twin_root = None if twin == NONE else from_base64(twin, 32)
    return origin, before, parse_size(size), from_base64(root, 32), twin_root


def follow_borders(files, trust, findings):
    """What ended before the shard of `checkpoint.txt`, and the trust with the keys learned."""
    held = sorted(name for name in files if name.startswith("shards/"))
    if not held:
        return [], trust
    known, closed = copy.copy(trust), []
    known.logs, known.twins = dict(trust.logs), dict(trust.twins)
    count = sum(name.endswith(".close") for name in held)
    try:
        seen = {f"shards/{at:04}.{end}" for at in range(1, count + 1) for end in ENDINGS}
        for at in range(1, count + 1):
            closed.append(cross(files, at, known, closed, findings))
        for name in held:
            if name not in seen:
                raise Wrong(name, "stands at no border")
        last = parse_closing(files[f"shards/{count:04}.close"])[1].name if count else None
        if files["checkpoint.txt"].partition(b"\n")[0] != (last or "").encode():
            raise Wrong("checkpoint.txt", "of another shard than the last border opens")
    except Wrong as error:
        findings.flaw("shard_wrong", error.part, error.why)
    except (Malformed, UnicodeDecodeError, ValueError) as error:
        findings.flaw("shard_wrong", "shards", error)
    return closed, known


ENDINGS = tuple(
    f"{leaf}{proof}"
    for leaf in ("close", "open")
    for proof in ("", ".tlog-proof", "-sm3.tlog-proof")
)


def cross(files, at, known, before, findings):
    part = f"shards/{at:04}.close"
    leaf, proof = leaf_of(files, part)
    index, path, note = parse_proof(proof)
    head = parse_checkpoint(note)
    tenant, key = known.logs.get(head.origin, (None, None))
    if key is None or (before and key is not before[-1].next_key):
        raise Wrong(part, "names no log that is trusted")
    try:
        origin, next_key, twin = parse_closing(leaf)
    except (Malformed, UnicodeDecodeError, ValueError) as error:
        raise Wrong(part, "leaf_malformed") from error
    require_signed(part, head, key)
    if root_from_inclusion(index, head.size, leaf_hash(leaf), path) != head.root:
        raise Wrong(part, "not_in_log")
    if index != head.size - 1:
        raise Wrong(part, "not_last")
    if origin != head.origin or next_key.name == origin:
        raise Wrong(part, "other_log")
    ruled = under_rule(files, known, note)
    cosigned = judge_lines(head, key, ruled, findings, part)
    voted = judge_quorum(set(cosigned), ruled, findings, part)
    twin_root = opened(files, at, head, next_key)
    already = known.logs.get(next_key.name)
    if already is not None and already[1].material != next_key.material:
        raise Wrong(part, "names another key than is trusted")
    known.logs[next_key.name] = (tenant, next_key)
    if twin is not None and twin.name == f"{next_key.name}-sm3":
        known.twins[twin.name] = twin
    closed = Closed(head, note, key, voted, twin_root)
    closed.cosigned, closed.next_key = cosigned, next_key
    return closed


def opened(files, at, head, key):
    """The first leaf of the next shard, under the checkpoint that its other proofs stand under."""
    part = f"shards/{at:04}.open"
    leaf, proof = leaf_of(files, part)
    try:
        origin, before, size, root, twin_root = parse_opening(leaf)
    except (Malformed, UnicodeDecodeError, ValueError) as error:
        raise Wrong(part, "leaf_malformed") from error
    index, path, note = parse_proof(proof)
    first = parse_checkpoint(note)
    require_signed(part, first, key)
    if root_from_inclusion(index, first.size, leaf_hash(leaf), path) != first.root:
        raise Wrong(part, "not_in_log")
    if index != 0:
        raise Wrong(part, "not_first")
    if origin != first.origin or before != head.origin:
        raise Wrong(part, "other_log")
    if (size, root) != (head.size, head.root):
        raise Wrong(part, "other_head")
    after = files.get(f"shards/{at + 1:04}.close.tlog-proof")
    stands = files["checkpoint.txt"] if after is None else parse_proof(after)[2]
    if note != stands:
        raise Wrong(part, "other_checkpoint")
    return twin_root


def leaf_of(files, part):
    for name in (part, f"{part}.tlog-proof"):
        if name not in files:
            raise Wrong(name, "missing")
    return files[part], files[f"{part}.tlog-proof"]


def require_signed(part, head, key):
    own = [value for name, key_id, value in head.signatures if (name, key_id) == (key.name, key.id)]
    if head.origin != key.name or not own or not all(holds(key, head.text, one) for one in own):
        raise Wrong(part, "not_signed")


def twin_of_border(files, at, trees, place_in):
    """The two leaves of a border stand in both twins; `trees`: the twins' heads and notes."""
    (before, note), (after, after_note) = trees
    closing, opening = files[f"shards/{at:04}.close"], files[f"shards/{at:04}.open"]
    part = f"shards/{at:04}.close-sm3.tlog-proof"
    if place_in(part, (before, note), leaf_hash(closing, sm3)) != before.size - 1:
        raise Wrong(part, "not_last")
    part = f"shards/{at:04}.open-sm3.tlog-proof"
    if place_in(part, (after, after_note), leaf_hash(opening, sm3)) != 0:
        raise Wrong(part, "not_first")
    if parse_opening(opening)[4] != before.root:
        raise Wrong(part, "other_head")


FORM_KNOWN_MAX = 2
BORDER = re.compile(r"shards/\d{4}\.(?:close|open)(?:(?:-sm3)?\.tlog-proof)?")
