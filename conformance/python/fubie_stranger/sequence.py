"""[7] What she read, confirmed and agreed to stands before what she signed, and what a paper names
as the end of the chain before what was drawn from it."""

from .cms import is_event
from .digests import sha256
from .documents import CONFIRMING
from .papers_say import said, text
from .pdf import revision_ends

GROUNDS = (
    "application.received",
    "identity.checked",
    "credit.queried",
    "risk.decided",
    "intent.confirmed",
    "certificate.issued",
    "seal.done",
)
AGREEING = ("consent.signed", "consent.withdrawn")


def judge_sequence(facts, documents, findings):
    signed = []
    for document in documents:
        first = first_signed(document, facts)
        if first is not None:
            signed.append(first)
            judge_before(document, first, facts, findings)
        judge_head_near(document, facts, findings)
    judge_agreed(signed, facts, findings)


def first_signed(document, facts):
    """The entry of the first signature that a person gave this paper, or of a later one."""
    hers = [cut.end for cut, one in document.signed if is_event(one.certificate)]
    if not hers:
        return None
    data = document.data
    made = {sha256(data[:end]) for end in revision_ends(data) if end >= hers[0]}
    return naming(facts, made, "seal.done")


def naming(facts, digests, kind=None):
    """The first entry, of this kind if one is asked for, that names one of these."""
    found = (fact for fact in facts if kind in (None, fact.type) and digests & set(fact.originals))
    return next(found, None)


def judge_before(document, first, facts, findings):
    """Of each kind and clause the first word on this paper comes before a person signed it."""
    states = {digest.hex() for digest in document.revisions()}
    known = set()
    for fact in facts:
        is_of_it = fact.opened.get("document") == document.word and fact.opened.get("base") in states
        if fact.type not in CONFIRMING or not is_of_it:
            continue
        what = (fact.type, str(fact.opened.get("clause", "")))
        if fact.seq > first.seq and what not in known:
            findings.flaw("entry_out_of_place", fact.part, f"behind {first.part}")
        known.add(what)


def judge_head_near(document, facts, findings):
    """Between the entry that a paper names as the last and the one that drew it nothing was
    decided."""
    told = text(said(document), "evidenceHeadSha256")
    head = next((fact for fact in facts if fact.sha256.hex() == told), None)
    drawn = naming(facts, document.revisions())
    if head is None or drawn is None:
        return
    between = [fact for fact in facts if head.seq < fact.seq < drawn.seq]
    if drawn.seq <= head.seq or any(fact.type in GROUNDS for fact in between):
        findings.flaw("paper_differs", document.part, "the head it names was not the last")


def judge_agreed(signed, facts, findings):
    """Who had not agreed to sign in this way, or did no longer, has not signed."""
    words = [
        fact
        for fact in facts
        if fact.type in AGREEING and fact.opened.get("kind") == "esign-agreement"
    ]
    for entry in signed if words else []:
        before = [fact for fact in words if fact.seq < entry.seq]
        last = before[-1] if before else None
        agreed = last is not None and last.type == "consent.signed"
        if not agreed or last.opened.get("decision") != "accepted":
            findings.flaw("entry_out_of_place", entry.part, "no agreement to sign in this way")
