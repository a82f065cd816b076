"""A policy of docs/specs/log.md: groups of witnesses, and whether two quorums can miss each
other."""

from itertools import combinations

from .canonical import Malformed
from .notes import parse_vkey

MEMBERS_MAX = 16


def parse_policy(text):
    """Groups as (threshold, members) by name, witnesses as key by name, and the name of the
    quorum."""
    policy = {"witnesses": {}, "groups": {}, "quorum": None, "logs": []}
    for line in text.strip("\n").split("\n"):
        word, _, rest = line.partition(" ")
        if word.startswith("#") or not line:
            continue
        known = {
            "log": read_log,
            "witness": read_witness,
            "group": read_group,
            "quorum": read_quorum,
        }
        if word not in known:
            raise Malformed(f"no line of a policy: {line!r}")
        known[word](policy, rest.split(" "))
    if policy["quorum"] is None:
        raise Malformed("no quorum")
    return policy


def read_log(policy, words):
    policy["logs"].append(parse_vkey(words[0]))


def read_witness(policy, words):
    name, key = words[0], parse_vkey(words[1])
    others = policy["witnesses"].values()
    if any(key.material == other.material or key.name == other.name for other in others):
        raise Malformed("a key or its name is shared: one line would count twice")
    require_new(policy, name)
    policy["witnesses"][name] = key


def read_group(policy, words):
    name, threshold, *members = words
    least = {"any": 1, "all": len(members)}.get(threshold) or int(threshold)
    unknown = [one for one in members if one not in policy["witnesses"] | policy["groups"]]
    if unknown or len(set(members)) != len(members) or not 1 <= least <= len(members):
        raise Malformed(f"group {name}: {unknown}")
    require_new(policy, name)
    policy["groups"][name] = (least, members)


def read_quorum(policy, words):
    if words[0] not in policy["witnesses"] | policy["groups"] and words[0] != "none":
        raise Malformed("a quorum of nobody")
    policy["quorum"] = words[0]


def require_new(policy, name):
    if name in policy["witnesses"] or name in policy["groups"]:
        raise Malformed(f"{name} stands twice")


def is_met(policy, names, group=None):
    """Do the cosignatures of these witnesses satisfy it?"""
    group = group or policy["quorum"]
    if group == "none":
        return True
    if group in policy["witnesses"]:
        return group in names
    least, members = policy["groups"][group]
    return sum(is_met(policy, names, member) for member in members) >= least


def shared_least(policy, own=()):
    """How many witnesses any two satisfying sets share, those of the log's own operator not
    counted:
    a fork needs that many liars."""
    names = sorted(policy["witnesses"])
    if len(names) > MEMBERS_MAX:
        raise Malformed("too many witnesses to try all sets")
    sets = [set(some) for size in range(len(names) + 1) for some in combinations(names, size)]
    good = [some for some in sets if is_met(policy, some)]
    return min(len(first & second - set(own)) for first in good for second in good)
