"""What a package may hold of its log besides proofs: the twin, stamped heads, anchors, registers.

Each group is optional, and whole where it is there. What nobody in the trust folder vouches for is
said and not judged.
"""

from .anchor import NotProved, parse_anchor, proved
from .canonical import Malformed
from .chain import judge_entry
from .cms import Flawed
from .digests import base64_text, from_base64, sha256, sm3
from .entry import instant
from .evidence_record import since_when
from .findings import NEWER, Findings
from .notes import holds, parse_checkpoint, parse_head, parse_proof
from .registers import follow
from .rule import trusted_registers
from .seals import sealed_by
from .shards import Wrong as WrongBorder
from .shards import twin_of_border
from .tree import is_consistent, leaf_hash, root_from_inclusion


DATED_AHEAD_MS_MAX = 24 * 3600 * 1000


class Wrong(Exception):
    """Where, and why."""

    def __init__(self, part, why):
        super().__init__(f"{part}: {why}")
        self.part, self.why = part, str(why)


class Unread(Wrong):
    """It rests on an entry of a newer program."""


def unread(part, aside):
    """What to raise if nothing but its version is the matter with an entry."""
    only = bool(aside.flaws) and all(flaw.code == NEWER for flaw in aside.flaws)
    return Unread(part, aside.flaws[0].detail) if only else None


class Papers:
    """The files of a package beside the checkpoint that everything is measured by."""

    def __init__(self, files, facts, trees, trust):
        *self.closed, self.head = trees
        self.files, self.facts, self.trust = files, facts, trust

    @property
    def trees(self):
        """Heads and notes of all shards, oldest first."""
        last = (self.head, self.files["checkpoint.txt"])
        return [*((one.head, one.note) for one in self.closed), last]

    def named(self, name):
        if name not in self.files:
            raise Wrong(name, "missing")
        return self.files[name]

    def under(self, folder):
        return sorted(name for name in self.files if name.startswith(folder))

    def stems(self, folder):
        return sorted({name.split(".")[0] for name in self.under(folder)})

    def require_growth(self, name, old, new, hashed=sha256):
        """`old` is a beginning of `new`, by the consistency proof in this file."""
        lines = self.named(name).decode("utf-8").split("\n")
        if lines.pop() != "":
            raise Wrong(name, "a last newline is missing")
        path = [from_base64(line, 32) for line in lines]
        if not is_consistent(old[0], old[1], new.size, new.root, path, hashed):
            raise Wrong(name, "no beginning of the tree")

    def require_head(self, part, note, consistency):
        """A head of this log: its signature, every line known and held, the sentinel's among
        them; a beginning of the tree of its own shard."""
        head = parse_checkpoint(note)
        _, log_key = self.trust.logs.get(head.origin, (None, None))
        whole = next((tree for tree, _ in self.trees if tree.origin == head.origin), None)
        times = {}
        for name, key_id, value in head.signatures:
            own = log_key is not None and (name, key_id) == (log_key.name, log_key.id)
            key = log_key if own else self.trust.witnesses.get((name, key_id))
            held = key is not None and holds(key, head.text, value, head)
            if held is False or name in times:
                raise Wrong(part, f"the line of {name}")
            times[name] = held
        if whole is None or head.origin not in times:
            raise Wrong(part, "not signed by the log")
        if self.trust.policy["sentinel"] not in times:
            raise Wrong(part, "not cosigned by the sentinel")
        self.require_growth(consistency, (head.size, head.root), whole)
        cosigned = [seconds for seconds in times.values() if seconds is not True]
        self.require_dates(part, head, min(cosigned))
        return head, max(cosigned)


    def require_dates(self, part, head, seconds):
        """What a witness saw cannot have been stated a day later."""
        origins = [tree.origin for tree, _ in self.trees]
        notes = [note for _, note in self.trees]
        for fact in self.facts:
            try:
                index, _, note = parse_proof(self.files[f"proofs/{fact.seq:04}.tlog-proof"])
                tree = notes.index(note)
            except (KeyError, Malformed, ValueError):
                continue
            inside = (tree, index) < (origins.index(head.origin), head.size)
            if inside and instant(fact.entry["at"]) > seconds * 1000 + DATED_AHEAD_MS_MAX:
                raise Wrong(part, "cosigned more than a day before an entry in it")


def judge_papers(papers, findings):
    for code, folder, judge in (
        ("twin_wrong", "twin/", judge_twin),
        ("head_stamp_wrong", "heads/", judge_heads),
        ("anchor_wrong", "anchors/", judge_anchors),
        ("register_wrong", "registers/", judge_registers),
    ):
        if not papers.under(folder):
            continue
        try:
            judge(papers, findings)
        except Unread as error:
            findings.flaw(NEWER, error.part, error.why)
        except Wrong as error:
            findings.flaw(code, error.part, error.why)
        except (Malformed, Flawed, NotProved, UnicodeDecodeError, ValueError) as error:
            findings.flaw(code, folder.rstrip("/"), error)


def judge_twin(papers, findings):
    keys = [papers.trust.twins.get(f"{head.origin}-sm3") for head, _ in papers.trees]
    if None in keys:
        findings.notice("not judged: the twin, no key of it is trusted")
        return
    twins = [twin_head(papers, at, key) for at, key in enumerate(keys)]
    for at in range(len(twins) - 1):
        judge_border(papers, at + 1, twins[at : at + 2])
    known = {"twin/checkpoint.txt"}
    notes = [note for _, note in papers.trees]
    for fact in papers.facts:
        part = f"twin/{fact.seq:04}.tlog-proof"
        proof, _, note = parse_proof(papers.named(f"proofs/{fact.seq:04}.tlog-proof"))
        twin = twins[notes.index(note) if note in notes else -1]
        if place_in(papers, part, twin, leaf_hash(fact.data, sm3), sm3) != proof:
            raise Wrong(part, "at another place than in the log")
        known.add(part)
    if set(papers.under("twin/")) - known:
        judge_link(papers, twins[-1])


def twin_head(papers, at, key):
    """The twin's head of the size of this shard's; of a closed one it stands in a proof."""
    head, _ = papers.trees[at]
    is_last = at == len(papers.closed)
    part = "twin/checkpoint.txt" if is_last else f"shards/{at + 1:04}.close-sm3.tlog-proof"
    note = papers.named(part) if is_last else parse_proof(papers.named(part))[2]
    twin = parse_checkpoint(note)
    own = [value for name, key_id, value in twin.signatures if (name, key_id) == (key.name, key.id)]
    if twin.origin != key.name or not own or not all(holds(key, twin.text, one) for one in own):
        raise Wrong(part, "not signed by the twin")
    if twin.size != head.size:
        raise Wrong(part, "of another size")
    return twin, note


def judge_border(papers, at, twins):
    try:
        twin_of_border(
            papers.files,
            at,
            twins,
            lambda part, tree, leaf: place_in(papers, part, tree, leaf, sm3),
        )
    except WrongBorder as error:
        raise Wrong(error.part, error.why) from error


def place_in(papers, part, tree, leaf, hashed):
    head, note = tree
    index, path, own_note = parse_proof(papers.named(part))
    if own_note != note or root_from_inclusion(index, head.size, leaf, path, hashed) != head.root:
        raise Wrong(part, "does not lead to the root")
    return index


def judge_link(papers, twin_tree):
    """The entry `log.twinned`: it stands at one place in both trees and names a head of each."""
    data = papers.named("twin/link.json")
    aside = Findings()
    fact = judge_entry("twin/link.json", data, papers.trust, aside)
    if fact is None or aside.flaws or fact.type != "log.twinned":
        raise unread("twin/link.json", aside) or Wrong(
            "twin/link.json", "no signed entry log.twinned"
        )
    places = []
    for suffix, tree, hashed in (
        ("", (papers.head, papers.named("checkpoint.txt")), sha256),
        ("-sm3", twin_tree, sm3),
    ):
        text = papers.named(f"twin/head{suffix}.txt")
        named = next(
            (one for one in fact.entry["of"] if one["name"] == f"checkpoint{suffix}"), None
        )
        if named is None or (from_base64(named["sha256"]), from_base64(named["sm3"])) != (
            sha256(text),
            sm3(text),
        ):
            raise Wrong("twin/link.json", f"it names another checkpoint{suffix}")
        origin, size, root = parse_head(text)
        if origin != tree[0].origin:
            raise Wrong("twin/link.json", "a head of another log")
        papers.require_growth(f"twin/head{suffix}.consistency", (size, root), tree[0], hashed)
        part = f"twin/link{suffix}.tlog-proof"
        places.append((size, place_in(papers, part, tree, leaf_hash(data, hashed), hashed)))
    if places[0] != places[1]:
        raise Wrong("twin/link.json", "no pair of heads")


def judge_heads(papers, findings):
    for stem in papers.stems("heads/"):
        part = f"{stem}.note"
        note = papers.named(part)
        if stem != f"heads/{sha256(note).hex()[:16]}":
            raise Wrong(part, "not under the digest of the note")
        papers.require_head(part, note, f"{stem}.consistency")
        try:
            since = since_when(papers.named(f"{stem}.ers"), note, papers.trust.clock)
        except (Flawed, Malformed) as error:
            raise Wrong(part, error) from error
        findings.notice(f"a head of the log stood at {since}")


def judge_anchors(papers, findings):
    chain = papers.trust.chain
    for stem in papers.stems("anchors/"):
        part = f"{stem}.anchor"
        data = papers.named(part)
        papers.named(f"{stem}.consistency")
        if stem != f"anchors/{sha256(data).hex()[:16]}":
            raise Wrong(part, "not under its digest")
        if chain is None:
            findings.notice(f"not judged: {part}, no contract is trusted")
            continue
        anchor = parse_anchor(data)
        if (anchor.chain, anchor.contract.hex()) != (chain["chain"], chain["contract"]):
            raise Wrong(part, "another chain or contract")
        head, _ = papers.require_head(part, anchor.checkpoint, f"{stem}.consistency")
        try:
            header = proved(anchor, head)
        except (NotProved, Malformed, IndexError) as error:
            raise Wrong(part, error) from error
        block = f"anchored in block {header.number}, {header.hash.hex()}"
        if "validators" not in chain:
            findings.notice(f"{block}; its chain is not judged")
            continue
        seals, needed = sealed_by([anchor.header, *anchor.descendants], chain["validators"])
        findings.notice(f"{block}; {seals} validators sealed it, {needed} needed")


def judge_registers(papers, findings):
    numbers = papers.stems("registers/")
    if numbers != [f"registers/{at + 1:04}" for at in range(len(numbers))]:
        raise Wrong("registers", "a register is missing")
    logged = []
    for stem in numbers:
        note, data = papers.named(f"{stem}.note"), papers.named(f"{stem}.json")
        aside = Findings()
        fact = judge_entry(f"{stem}.json", data, papers.trust, aside)
        if fact is None or aside.flaws or fact.type != "policy.adopted":
            raise unread("registers", aside) or Wrong(
                "registers", f"{stem}.json is no signed policy.adopted"
            )
        both = (base64_text(sha256(note)), base64_text(sm3(note)))
        if both not in [(one["sha256"], one["sm3"]) for one in fact.entry["of"]]:
            raise Wrong("registers", f"{stem}.json names another register")
        index, path, checkpoint = parse_proof(papers.named(f"{stem}.tlog-proof"))
        head, seconds = papers.require_head("registers", checkpoint, f"{stem}.consistency")
        if root_from_inclusion(index, head.size, fact.leaf, path) != head.root:
            raise Wrong("registers", f"{stem} is not in the log")
        logged.append((note, seconds))
    trusted = trusted_registers(papers.files, papers.trust)
    if any(own != note for own, (note, _) in zip(trusted, logged, strict=False)):
        raise Wrong("registers", "not those that are trusted")
    if not trusted:
        findings.notice("the first register is taken from the package: nobody vouches for it")
    follow(logged)
