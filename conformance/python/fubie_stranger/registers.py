"""Registers of docs/specs/log.md: members, votes, and when the next one may come into force."""

import re
from dataclasses import dataclass

from .canonical import Malformed
from .digests import base64_text, sha256
from .notes import PLAIN, holds, parse_note, parse_size, parse_vkey
from .policy import is_met, parse_policy, shared_least

FIRST_LINE = "# fubie/register/v1"
DELAY_SECONDS_MIN = 3_600
MEMBERS_MAX = 16
HEAD = re.compile(
    r"# number (\d+)\n# previous (\S+)\n# from (\d+)\n# delay (\d+)\n# votes (\d+)\n# liars (\d+)\n"
)
# Behind it: who runs what, the members, and a policy in the one spelling that it prints back to.
BODY = re.compile(
    r"(# own \S+\n)*(# member \S+ (votes|observes) \S+\n)+"
    r"log \S+\n(witness \S+ \S+\n)+(group \S+ [1-9]\d{0,2}( \S+)+\n)*quorum \S+\n"
)


@dataclass(frozen=True)
class Register:
    number: int
    previous: str
    start: int
    delay: int
    votes: int
    liars: int
    own: tuple
    voters: dict
    """Key by name, of the members that vote."""
    policy: dict
    text: bytes


def follow(logged, is_timed=True):
    """Each register follows the one before, by the votes of its members and after their delay."""
    before, registers = None, []
    for note, seconds in logged:
        text, signatures = parse_note(note)
        register = parse_register(text)
        require_sound(register)
        voters = (before or register).voters
        voted = {
            name
            for name, key in voters.items()
            if any(
                key_id == key.id and signer == name and holds(key, text, value)
                for signer, key_id, value in signatures
            )
        }
        needed = len(register.voters) if before is None else before.votes
        if len(voted) < needed:
            raise Malformed(f"votes_missing: {len(voted)} of {needed}")
        if before is None:
            expected = (1, "none")
        else:
            expected = (before.number + 1, base64_text(sha256(before.text)))
            if is_timed and register.start < seconds + before.delay:
                raise Malformed("too_early")
        if (register.number, register.previous) != expected:
            raise Malformed("number_wrong or previous_differs")
        before = register
        registers.append(register)
    return registers


def parse_register(text):
    first, _, rest = text.decode("utf-8").partition("\n")
    head = HEAD.match(rest)
    if first != FIRST_LINE or head is None:
        raise Malformed("no register")
    number, previous, start, delay, votes, liars = head.groups()
    body = rest[head.end() :]
    if BODY.fullmatch(body) is None:
        raise Malformed("no register: a line that it has not, or another order")
    own = re.findall(r"^# own (\S+)$", body, re.MULTILINE)
    members = re.findall(r"^# member (\S+) (votes|observes) (\S+)$", body, re.MULTILINE)
    keys = [(name, role, parse_vkey(vkey)) for name, role, vkey in members]
    if any(key.kind != PLAIN or key.name != name for name, _, key in keys):
        raise Malformed("a member's key")
    if len({key.material for _, _, key in keys}) != len(keys) or len(keys) > MEMBERS_MAX:
        raise Malformed("rights_unequal: a key shared, or too many members")
    return Register(
        parse_size(number),
        previous,
        parse_size(start),
        parse_size(delay),
        parse_size(votes),
        parse_size(liars),
        tuple(own),
        {name: key for name, role, key in keys if role == "votes"},
        parse_policy(body),
        text,
    )


def require_sound(register):
    voting = len(register.voters)
    if not voting < 2 * register.votes <= 2 * voting or register.delay < DELAY_SECONDS_MIN:
        raise Malformed("rights_unequal: more than half must vote, and wait an hour at least")
    if not is_met(register.policy, set(register.policy["witnesses"])):
        raise Malformed("rule_unsound: nobody can satisfy it")
    if shared_least(register.policy, register.own) < register.liars + 1:
        raise Malformed("rule_unsound: two quorums share too few")
