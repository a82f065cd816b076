"""[4] An entry cannot be older than what it holds: others' words and others' stamps."""

from .canonical import Malformed
from .cms import stamped_at as token_time
from .digests import sha256
from .entry import instant
from .pdf import revision_ends

DATED_BACK_MS_MAX = 24 * 3600 * 1000
CLOCKS_MS_MAX = 5_000
MAKING = ("seal.done", "document.raised")


def judge_dated_back(facts, documents, findings):
    stamped = stamped_at(documents)
    for fact in facts:
        held = [stated_at(fact)] if fact.attested else []
        if fact.type in MAKING:
            held += [stamped[digest] for digest in fact.originals if digest in stamped]
        latest = max((time for time in held if time is not None), default=None)
        if latest is not None and instant(fact.entry["at"]) < latest - DATED_BACK_MS_MAX:
            findings.flaw("entry_time_backwards", fact.part, "dated a day before what it holds")


def stated_at(fact):
    try:
        return instant(fact.statement.get("at"))
    except Malformed:
        return None


def stamped_at(documents):
    """By the state that a signature or a raise made: the time of its stamp, in milliseconds."""
    times = {}
    for document in documents:
        ends = revision_ends(document.data)
        for cut, signature in document.signed:
            if cut.end in ends:
                times[sha256(document.data[: cut.end])] = signature.stamped.timestamp() * 1000
        for cut, token in document.stamps:
            times[sha256(document.data[: cut.end])] = token_time(token).timestamp() * 1000
    return times


def judge_readings(facts, findings):
    """Nobody reads a paper for longer than it has been there."""
    for fact in facts:
        seconds, base = fact.opened.get("secondsRead"), fact.opened.get("base")
        if fact.type != "reading.completed" or type(seconds) is not int:
            continue
        for drafted in facts:
            if drafted.type != "document.drafted":
                continue
            if base not in {digest.hex() for digest in drafted.originals}:
                continue
            there = instant(fact.entry["at"]) - instant(drafted.entry["at"])
            if seconds * 1000 > there + CLOCKS_MS_MAX:
                findings.flaw("entry_time_backwards", fact.part, f"{seconds} s of reading")
            break
