"""By which register's rule a checkpoint is judged, docs/specs/log.md, "Rule in force"."""

import copy

from .canonical import Malformed
from .notes import holds, parse_checkpoint
from .registers import follow


def under_rule(files, trust, note=None):
    """The same trust with the policy, and every witness, of the registers that are trusted; for
    the time of this checkpoint, `checkpoint.txt` by default."""
    held = trusted_registers(files, trust, note)
    if not held or trust.policy is None:
        return trust
    notes = [*held, *chain_of(files, "registers/")[len(held) :]]
    try:
        registers = follow([(note, 0) for note in notes], is_timed=False)
        head = parse_checkpoint(note or files["checkpoint.txt"])
    except (Malformed, UnicodeDecodeError, ValueError):
        return trust  # whoever reads them for themselves says so
    known = {name: key for (name, _), key in trust.witnesses.items()}
    rules = []
    for register in registers:
        rule = rule_of(register, trust.policy["sentinel"])
        keys = {key.name: key for key in register.policy["witnesses"].values()}
        same = all(known.get(name, key).material == key.material for name, key in keys.items())
        if rule is not None and same:
            known |= keys
            rules.append((register.start, rule))
    ruled = copy.copy(trust)
    ruled.witnesses = {(name, key.id): key for name, key in known.items()}
    seconds = sentinel_seconds(head, ruled)
    ruled.policy = [trust.policy, *(rule for start, rule in rules if start <= seconds)][-1]
    return ruled


def trusted_registers(files, trust, note=None):
    origin = (note or files["checkpoint.txt"]).partition(b"\n")[0].decode("utf-8", "replace")
    tenant, _ = trust.logs.get(origin, (None, None))
    own = chain_of(trust.files, f"registers/{tenant}/")
    return own or chain_of(trust.files, "registers/")


def chain_of(files, folder):
    """The notes from 0001 on, as far as none is missing."""
    notes = []
    while (name := f"{folder}{len(notes) + 1:04}.note") in files:
        notes.append(files[name])
    return notes


def rule_of(register, sentinel):
    """Sentinel, voters and quorum of a register of this form, or None."""
    policy = register.policy
    least, members = policy["groups"].get(policy["quorum"], (0, []))
    alone = [name for name in members if name in policy["witnesses"]]
    groups = [name for name in members if name in policy["groups"]]
    if least != 2 or len(alone) != 1 or len(groups) != 1 or alone[0] not in register.own:
        return None
    quorum, voters = policy["groups"][groups[0]]
    if any(name not in policy["witnesses"] for name in voters):
        return None
    names = [policy["witnesses"][name].name for name in voters]
    own = policy["witnesses"][alone[0]].name
    return {"sentinel": own, "voters": names, "quorum": quorum} if own == sentinel else None


def sentinel_seconds(head, trust):
    for name, key_id, value in head.signatures:
        key = trust.witnesses.get((name, key_id))
        if name == trust.policy["sentinel"] and key is not None:
            return holds(key, head.text, value, head) or 0
    return 0
