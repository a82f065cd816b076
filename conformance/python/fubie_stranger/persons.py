"""[6] The thieves: was this certificate given to this person, for this document, on her own
word?"""

from .applicants import application_with
from .canonical import Malformed
from .cms import common_name, is_event, serial_number
from .digests import base64_text, sha256
from .documents import der_of
from .entry import instant
from .pdf import revision_ends

BEFORE_STATEMENT_MS_MAX = 60_000
AFTER_STATEMENT_MS_MAX = 600_000
INSTITUTION_FIELDS = ("lender",)


def judge_signers(facts, documents, trust, tenant, findings):
    for document in documents:
        for at, (cut, signature) in enumerate(zip(document.cuts, document.signatures, strict=True)):
            if signature is None:
                continue
            part = f"{document.part}#revision {at + 2}"
            key = signature.key
            if key in trust.seals:
                judge_seal(part, trust.seals[key], tenant, findings)
                if document.word != "report" and cut.field not in INSTITUTION_FIELDS:
                    findings.flaw("signer_role_wrong", part, f"a seal in the field {cut.field}")
                continue
            if document.word == "report" or not is_event(signature.certificate):
                findings.flaw("seal_unknown", part, "not a seal of operators.json")
            elif cut.field in INSTITUTION_FIELDS:
                findings.flaw("signer_role_wrong", part, f"a person in the field {cut.field}")
            if document.word != "report":
                judge_person(Person(part, document, cut, signature.certificate), facts, findings)


def judge_seal(part, own, tenant, findings):
    if own is not None and tenant is not None and own != tenant:
        findings.flaw("institution_differs", part, f"the seal of {own} in the log of {tenant}")


class Person:
    def __init__(self, part, document, cut, certificate):
        self.part, self.document, self.cut, self.certificate = part, document, cut, certificate
        self.intent = serial_number(certificate)


def judge_person(person, facts, findings):
    der = sha256(der_of(person.certificate))
    issued = [
        fact
        for fact in facts
        if fact.type == "certificate.issued" and fact.names("certificate") == der
    ]
    if not issued:
        findings.unstated("issuance_not_logged", person.part, base64_text(der))
        return
    judge_told_first(person, issued[0], facts, findings)
    rests_on = issued[0].entry.get("refs", {}).get("intent")
    intents = {rests_on} | {
        base64_text(fact.sha256)
        for fact in facts
        if fact.type == "intent.confirmed"
        and person.intent is not None
        and fact.statement.get("intent") == person.intent
    }
    same = [
        fact
        for fact in facts
        if fact.type == "certificate.issued"
        and fact.entry.get("refs", {}).get("intent") in intents
    ]
    if len(same) != 1:
        findings.flaw(
            "issued_to_another_key", person.part, f"{len(same)} certificates on one intent"
        )
    intent = next(
        (
            fact
            for fact in facts
            if fact.type == "intent.confirmed" and base64_text(fact.sha256) == rests_on
        ),
        None,
    )
    if intent is None:
        findings.unstated("intent_not_attested", person.part, "it rests on no intent")
        return
    statement = said(intent, "sms", "sms.intent")
    if statement is None or not is_for(statement, person):
        findings.flaw("intent_not_attested", person.part, person.intent)
    judge_moment(intent.statement, person, findings)
    known = [fact for fact in facts if fact.seq < issued[0].seq]
    judge_phone(intent.statement.get("phone"), person, known, findings)


def judge_told_first(person, issued, facts, findings):
    """The log knows the certificate before it knows what was signed with it."""
    data, end = person.document.data, person.cut.end
    since = {sha256(data[:one]) for one in revision_ends(data) if one >= end}
    signed = [fact for fact in facts if fact.type == "seal.done" and since & set(fact.originals)]
    if signed and signed[0].seq < issued.seq:
        findings.flaw("issuance_not_logged", person.part, f"behind {signed[0].part}")


def said(fact, by, kind):
    """The statement of this party in an entry, if it is signed and of this kind."""
    is_one = fact.attested and fact.entry["att"]["by"] == by
    return fact.statement if is_one and fact.statement.get("kind") == kind else None


def is_for(statement, person):
    """The intent in the certificate's subject, and a state of this document before the
    signature."""
    data, before = person.document.data, person.cut.before
    states = {base64_text(sha256(data[:end])) for end in revision_ends(data) if end <= before}
    named = statement.get("documents")
    return (
        person.intent is not None
        and statement.get("intent") == person.intent
        and isinstance(named, list)
        and any(one in states for one in named)
    )


def judge_moment(statement, person, findings):
    try:
        stated = instant(statement.get("at"))
    except Malformed as error:
        findings.flaw("intent_time_wrong", person.part, error)
        return
    begins = person.certificate.not_valid_before_utc.timestamp() * 1000
    if not stated - BEFORE_STATEMENT_MS_MAX <= begins <= stated + AFTER_STATEMENT_MS_MAX:
        findings.flaw("intent_time_wrong", person.part, statement["at"])


def judge_phone(phone, person, facts, findings):
    """The telephone and the name are those of the application, matched by the identity gateway."""
    application = application_with(phone, facts)
    if application is None:
        findings.unstated(
            "phone_not_the_applicants", person.part, "no commitment of the application"
        )
        return
    commitment = application.committed.get("name")
    if commitment is None:
        findings.flaw("applicant_not_shown", person.part, "the name is not opened")
        return
    matched = any(
        statement.get("result") == "match"
        and statement.get("commitments", {}).get("phone") == phone
        and statement.get("commitments", {}).get("name") == commitment
        for statement in (
            said(fact, "identity", "identity.four_element")
            for fact in facts
            if fact.type == "identity.checked"
        )
        if statement is not None
    )
    if not matched:
        findings.unstated(
            "phone_not_the_applicants", person.part, "not matched by the identity gateway"
        )
    if common_name(person.certificate) != application.opened["name"]:
        findings.flaw("phone_not_the_applicants", person.part, "another name in the certificate")


def judge_institution(facts, tenant, findings):
    """The institution that entry 0 opens to is the one whose log this is."""
    first = facts[0] if facts else None
    if first is None or tenant is None:
        return
    stated = first.opened.get("institution", tenant)
    if stated != tenant:
        findings.flaw("institution_differs", first.part, f"{stated} in the log of {tenant}")
