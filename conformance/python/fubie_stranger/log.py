"""[5] The checkpoint, its witnesses, the policy, and the proofs that lead to it."""

from .canonical import Malformed
from .chain import judge_entry
from .digests import sha256
from .entry import instant
from .notes import PLAIN, holds, parse_checkpoint, parse_proof
from .tree import root_from_inclusion

WITNESS_BEFORE_MS_MAX = 60_000


def judge_log(files, facts, closed, trust, findings):
    """The checkpoint under which the last shard is proved, the tenant whose log it is, the quorum.
    `closed`: the shards before, oldest first."""
    data = files["checkpoint.txt"]
    try:
        head = parse_checkpoint(data)
    except Malformed as error:
        findings.flaw("checkpoint_malformed", "checkpoint.txt", error)
        return None, None, set()
    tenant, key = trust.logs.get(head.origin, (None, None))
    cosigned = judge_lines(head, key, trust, findings)
    voted = judge_quorum(set(cosigned), trust, findings)
    trees = [*((one.head, one.note) for one in closed), (head, data)]
    placed, before = [], (0, -1)
    for fact in facts:
        part = f"proofs/{fact.seq:04}.tlog-proof"
        at = judge_proof(files, part, fact.leaf, trees, findings)
        placed.append((at[0] if at else 0, fact))
        if at is not None and at <= before:
            findings.flaw("proof_wrong", part, "logged before the entry that it follows")
        before = at or before
    for at, times in enumerate([*(one.cosigned for one in closed), cosigned]):
        judge_times(times, [fact for tree, fact in placed if tree == at], findings)
    judge_policy(files, trees, trust, findings)
    return head, tenant, voted


def judge_lines(head, log_key, trust, findings, part="checkpoint.txt"):
    """Every line holds and is of somebody known; the times of the witnesses by name."""
    cosigned, by_log, seen = {}, 0, set()
    for name, key_id, signature in head.signatures:
        if log_key is not None and (name, key_id) == (log_key.name, log_key.id):
            key, by_log = log_key, by_log + 1
        else:
            key = trust.witnesses.get((name, key_id))
        held = key is not None and holds(key, head.text, signature, head)
        if held is False or held is None or (name, key_id) in seen:
            findings.flaw("checkpoint_signature_wrong", part, name)
        elif key.kind != PLAIN:
            cosigned[name] = held
        seen.add((name, key_id))
    if by_log != 1:
        findings.flaw("checkpoint_unsigned", part, head.origin)
    return cosigned


def judge_times(cosigned, facts, findings):
    if not facts:
        return
    youngest = max(instant(fact.entry["at"]) for fact in facts)
    for name, seconds in sorted(cosigned.items()):
        if seconds * 1000 < youngest - WITNESS_BEFORE_MS_MAX:
            findings.flaw("witness_time_wrong", "checkpoint.txt", f"{name} at {seconds}")


def judge_quorum(names, trust, findings, part="checkpoint.txt"):
    policy = trust.policy
    if policy is None:
        findings.flaw("trust_missing", "trust/policy.json")
        return set()
    if policy["sentinel"] not in names:
        findings.flaw("sentinel_missing", part, policy["sentinel"])
    voted = names & set(policy["voters"])
    if len(voted) < policy["quorum"]:
        findings.flaw("witness_quorum_missing", part, f"{sorted(voted)}")
    return voted


def judge_proof(files, part, leaf, trees, findings):
    """Which of the trees holds the leaf, and where; or None after saying why none does."""
    if part not in files:
        findings.flaw("proof_missing", part)
        return None
    try:
        index, hashes, own_note = parse_proof(files[part])
    except Malformed as error:
        findings.flaw("proof_malformed", part, error)
        return None
    for at, (head, note) in enumerate(trees):
        if own_note != note:
            continue
        if root_from_inclusion(index, head.size, leaf, hashes) == head.root:
            return at, index
        findings.flaw("proof_wrong", part, f"index {index} of {head.size}")
        return None
    findings.flaw("proof_wrong", part, "under another checkpoint")
    return None


def judge_policy(files, trees, trust, findings):
    """The policy is the trusted one, and its adoption is an entry, signed and proved like the
    others."""
    policy = files["policy.json"]
    if policy != trust.policy_bytes:
        findings.flaw("policy_differs", "policy.json", "not the trust folder's")
    fact = judge_entry("policy-entry.json", files["policy-entry.json"], trust, findings)
    if fact is None:
        return
    if fact.type != "policy.adopted" or sha256(policy) not in fact.originals:
        findings.unstated("policy_not_logged", "policy-entry.json", fact.type)
    judge_proof(files, "policy.tlog-proof", fact.leaf, trees, findings)
