"""Statements of parties outside the house, docs/specs/entry.md: by whom, in which entry, over
what."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import load_der_public_key

from .applicants import PERSON_MEMBERS, application_with
from .canonical import Malformed, print_canonical
from .cms import is_event, spki_of
from .digests import base64_text, from_base64
from .entry import instant

PREFIX = b"fubie/attestation/v1\n"
IN_FORCE_FROM = "2026-01-01T00:00:00.000+08:00"
OWN_WORDS = "id case seen at clock"
PARTY_ENTRIES = ("statement.received", "opinion.received")
# kind: (who says it, in which entry, members)
RULES = {
    "identity.four_element": ("identity", "identity.checked", "result commitments"),
    "sms.intent": ("sms", "intent.confirmed", "intent phone documents at"),
    "bureau.report": ("bureau", "credit.queried", "request authorisation commitments at clock"),
    "core-banking.payment_password": ("core-banking", "payment.authorised", "result"),
    "core-banking.disbursement": ("core-banking", "disbursed", "contract"),
    "core-banking.repayment": ("core-banking", "repaid", ""),
    "ca.issued": ("ca", "statement.received", f"{OWN_WORDS} certificate"),
    "tsa.stamped": ("tsa", "statement.received", f"{OWN_WORDS} imprint serial"),
    "sms.delivered": ("sms", "statement.received", f"{OWN_WORDS} message result"),
    "face.compared": ("face", "statement.received", f"{OWN_WORDS} result commitments"),
    "payment.settled": ("core-banking", "statement.received", f"{OWN_WORDS} order result"),
    "forensic.opinion": ("forensic", "opinion.received", f"{OWN_WORDS} opinion result"),
    "notary.deed": ("notary", "opinion.received", f"{OWN_WORDS} deed result"),
}
OPTIONAL = {"simulator", "enrolment"}
NAMES_DOCUMENT = {"bureau.report": "authorisation", "core-banking.disbursement": "contract"}
ASKED = {"authorisation": "credit-authorisation", "contract": "loan-contract"}
RESULT = {"core-banking.payment_password": "accepted"}
NOTHING_SEEN = "it saw no entry before it"
NO_ORDER = "no word of the bank before it has this order"
NEEDED_IN = {place for _, place, _ in RULES.values()}


def key_of(name, trust):
    """DER SubjectPublicKeyInfo of a party, or None."""
    certificate = {"ca": trust.authority, "tsa": trust.clock}.get(name)
    if certificate is not None:
        return spki_of(certificate)
    return trust.gateways.get(name)


def require_form(att):
    if not isinstance(att, dict) or set(att) != {"by", "sig", "statement"}:
        raise Malformed("an attestation is by, sig, statement")
    if not isinstance(att["by"], str) or not isinstance(att["statement"], dict):
        raise Malformed("by is a name, the statement an object")
    from_base64(att["sig"])


def is_signed(att, trust):
    """Does the statement bear the signature of the party it names? ECDSA values are DER."""
    der = key_of(att["by"], trust)
    return der is not None and holds(att, der)


def holds(att, der):
    message = PREFIX + print_canonical(att["statement"])
    key, signature = load_der_public_key(der), from_base64(att["sig"])
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, message)
        else:
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        return True
    except InvalidSignature:
        return False


def judge_words(facts, documents, borrower, findings):
    """Facts that only a party outside can know stand on that party's own signed word."""
    words = set()
    for at, fact in enumerate(facts):
        if fact.type not in NEEDED_IN:
            continue
        application = applicant_of(fact, facts, borrower)
        why = misfit(fact, documents) if fact.attested else "no signed statement"
        if why is None:
            why = told_before(fact, facts[at + 1 :])
        if why is None and fact.type in PARTY_ENTRIES:
            why = elsewhere(fact, facts[:at])
        if why is None:
            why = other_person(fact, application)
        if why is None:
            why = other_order(fact, facts[:at])
        if why is None:
            word = (fact.entry["att"]["by"], print_canonical(fact.statement))
            why = "the same word stands before it" if word in words else None
            words.add(word)
        if why is not None:
            say = findings.unstated if why in (NOTHING_SEEN, NO_ORDER) else findings.flaw
            say("outside_word_wrong", fact.part, why)
        closed = closed_name(fact, application)
        if closed is not None:
            findings.flaw("applicant_not_shown", fact.part, f"{closed} is not opened")


def misfit(fact, documents):
    """Why this statement may not stand in this entry, or None."""
    statement, by = fact.statement, fact.entry["att"]["by"]
    kind = statement.get("kind")
    who, place, members = RULES.get(kind, (None, None, ""))
    if (by, fact.type) != (who, place):
        return f"{kind} by {by} in {fact.type}"
    if instant(fact.entry["at"]) < instant(IN_FORCE_FROM):
        return f"{kind} was not in force"
    wanted = set(members.split())
    if statement.get("v") != 1 or wanted - set(statement):
        return f"{kind} lacks {sorted(wanted - set(statement))}"
    if fact.type in PARTY_ENTRIES and set(statement) - wanted - {"v", "kind"} - OPTIONAL:
        return f"{kind} has members too many"
    if kind in RESULT and statement["result"] != RESULT[kind]:
        return f"the result is not {RESULT[kind]}"
    if kind in NAMES_DOCUMENT:
        return other_paper(NAMES_DOCUMENT[kind], statement, documents)
    return None


def told_before(fact, behind):
    """A paper that somebody acted on was in the log before he did."""
    name = NAMES_DOCUMENT.get(fact.statement.get("kind"))
    digest = fact.statement.get(name) if name else None
    late = any(
        one.type == "seal.done" and digest in {base64_text(own) for own in one.originals}
        for one in behind
    )
    return f"the log got to know {name} only behind it" if late else None


def other_paper(name, statement, documents):
    """The paper that a party was shown is signed by whom it binds."""
    own = [one for one in documents if one.word == ASKED[name]] or documents
    shown = next((one for one in own if base64_text(one.sealed) == statement.get(name)), None)
    if shown is None:
        return f"{name} is no such document of this package"
    events = [is_event(signature.certificate) for _, signature in shown.signed]
    wanted = {True, False} if name == "contract" else {True}
    return None if wanted <= set(events) else f"{name} is not signed by whom it binds"


def applicant_of(fact, facts, borrower):
    """An identity is that of whoever applied with the telephone; all else is about the borrower."""
    stated = commitments_in(fact)
    if fact.type != "identity.checked" or not isinstance(stated.get("phone"), str):
        return borrower
    return application_with(stated["phone"], facts) or borrower


def commitments_in(fact):
    stated = fact.statement.get("commitments")
    return stated if isinstance(stated, dict) else {}


def closed_name(fact, application):
    """What a party's word speaks of and an application keeps closed that is open otherwise."""
    if application is None or "name" not in application.opened:
        return None
    opened = {**application.opened, **fact.opened}
    told = commitments_in(fact)
    return next((one for one in PERSON_MEMBERS if one in told and one not in opened), None)


def elsewhere(fact, before):
    """A party's own statement stands in the case that it names, behind the entry that it saw."""
    if not isinstance(fact.statement["id"], str) or fact.statement["case"] != fact.entry["case"]:
        return "it is of another case"
    if fact.entry.get("refs", {}).get("seen") != fact.statement["seen"]:
        return "the entry refers to another than the party saw"
    if fact.statement["seen"] not in {base64_text(one.sha256) for one in before}:
        return NOTHING_SEEN
    return None


def other_order(fact, before):
    """The bank's words hang together by the order of the disbursement, which names the contract."""
    asked = {"disbursed": "payment.authorised", "repaid": "disbursed"}.get(fact.type)
    if asked is None:
        return None
    earlier = [one for one in before if one.type == asked]
    if fact.type == "disbursed" and not earlier:
        return None
    own = fact.statement.get("order" if fact.type == "disbursed" else "disbursement")
    known = [one.entry.get("att", {}).get("statement", {}).get("order") for one in earlier]
    return None if isinstance(own, str) and own in known else NO_ORDER


def other_person(fact, application):
    """Commitments of the statement are those under which this case opens the same names."""
    stated = fact.statement.get("commitments", {})
    if not isinstance(stated, dict):
        return "its commitments are no names with digests"
    for name, digest in stated.items():
        own = fact.committed.get(name) or (application and application.committed.get(name))
        if own is not None and own != digest:
            return f"its {name} is not that of this case"
    return None
