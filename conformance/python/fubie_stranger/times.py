"""[4] An entry cannot be older than what it holds: others' words and others' stamps."""

from .canonical import Malformed
from .entry import instant
from .pdf import revision_ends
from .digests import sha256

DATED_BACK_MS_MAX = 24 * 3600 * 1000


def judge_dated_back(facts, documents, findings):
    stamped = stamped_at(documents)
    for fact in facts:
        held = [stated_at(fact)] if fact.attested else []
        if fact.type == "seal.done":
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
    """By the state that a signature made: the time of its stamp, in milliseconds."""
    times = {}
    for document in documents:
        ends = revision_ends(document.data)
        for cut, signature in document.signed:
            if cut.end in ends:
                times[sha256(document.data[: cut.end])] = signature.stamped.timestamp() * 1000
    return times
