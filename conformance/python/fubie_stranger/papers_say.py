"""[6], [7] What papers say of themselves in `data.json`: whose field it is, of which case they
are, and which other papers they name."""

from cryptography.x509.oid import NameOID, ObjectIdentifier

from .applicants import PERSON_MEMBERS, application_with
from .cms import common_name, is_event
from .digests import base64_text, from_base64, sha256
from .documents import der_of

PARTY_MEMBERS = ("idNumber", "card", "code")
NUMBERS = ("preservationNumber", "contractNumber")
ORGANISATION_CODE = ObjectIdentifier("2.5.4.97")


def said(document):
    return document.attached if isinstance(document.attached, dict) else {}


def party(document, field):
    told = said(document).get(field)
    return told if isinstance(told, dict) else None


def fields_of(document):
    slots = said(document).get("slots")
    slots = slots if isinstance(slots, list) else []
    named = [slot.get("field") for slot in slots if isinstance(slot, dict)]
    return [field for field in named if isinstance(field, str)]


def text(members, name):
    value = members.get(name) if members is not None else None
    return value if isinstance(value, str) else None


def application_behind(certificate, facts):
    """The application of whoever confirmed the intent of this certificate."""
    der = sha256(der_of(certificate))
    issued = next(
        (
            fact
            for fact in facts
            if fact.type == "certificate.issued" and fact.names("certificate") == der
        ),
        None,
    )
    rests_on = issued.entry.get("refs", {}).get("intent") if issued else None
    intent = next((fact for fact in facts if base64_text(fact.sha256) == rests_on), None)
    statement = intent.entry.get("att", {}).get("statement", {}) if intent else {}
    return application_with(statement.get("phone"), facts)


def judge_parties(facts, documents, trust, findings):
    """Who signs in a field is the party that the paper names under it. Answers the application
    of the borrower: of who signed as that, else the first."""
    parties, keys = {}, {}
    for document in documents:
        before = []
        for at, (cut, signature) in enumerate(zip(document.cuts, document.signatures, strict=True)):
            if signature is None:
                continue
            part, field = f"{document.part}#revision {at + 2}", cut.field

            def refuse(why, part=part):
                findings.flaw("signer_role_wrong", part, why)

            told = party(document, field)
            if told is None and any(party(document, one) for one in fields_of(document)):
                refuse(f"the paper names others and no {field}")
            if signature.key in trust.seals:
                if told is not None:
                    judge_seal_of(told, signature.certificate, refuse)
                continue
            if not is_event(signature.certificate):
                continue
            application = application_behind(signature.certificate, facts)
            if told is not None:
                judge_person_of(told, signature.certificate, application, part, findings)
            if any(is_same(signature, application, *other) for other in before):
                refuse("who signs here signed another field")
            before.append((signature, application))
            if application is None:
                continue
            if parties.setdefault(field, application) is not application:
                refuse(f"another {field} signed before")
            if keys.setdefault(signature.key, application) is not application:
                refuse("the key of somebody else")
    first = next((fact for fact in facts if fact.type == "application.received"), None)
    return parties.get("borrower", first)


def judge_seal_of(told, certificate, refuse):
    """By its code; where the paper or the seal has none, by its name."""
    code, name = part_of(certificate, ORGANISATION_CODE), text(told, "name")
    pair = (code, text(told, "code"))
    if None in pair:
        pair = (part_of(certificate, NameOID.ORGANIZATION_NAME), name)
    if None not in pair and pair[0] != pair[1]:
        refuse("the paper names another institution")


def part_of(certificate, oid):
    found = certificate.subject.get_attributes_for_oid(oid)
    return found[0].value if found else None


def judge_person_of(told, certificate, application, part, findings):
    name = text(told, "name")
    if name is not None and name != common_name(certificate):
        findings.flaw("signer_role_wrong", part, "the paper names another person")
    if application is None or "name" not in application.opened:
        return
    for member in PERSON_MEMBERS:
        value = text(told, member)
        if value is None:
            continue
        if member not in application.opened:
            findings.flaw("applicant_not_shown", part, f"{member} is not opened")
        elif application.opened[member] != value:
            findings.flaw("signer_role_wrong", part, f"another {member} than the application has")


def is_same(signature, application, other, others):
    if der_of(signature.certificate) == der_of(other.certificate):
        return True
    if application is None or others is None:
        return False
    number = application.opened.get("idNumber")
    return application is others or (number is not None and number == others.opened.get("idNumber"))


def judge_paper_words(facts, documents, findings):
    judge_alike(documents, findings)
    states = {
        state.hex() for document in documents for state in document.revisions() | {document.sha256}
    }
    signed = {document.sealed.hex() for document in documents}
    heads = {from_base64(fact.entry["prev"]).hex() for fact in facts if fact.entry["prev"]}
    first = facts[0] if facts and facts[0].seq == 0 and not facts[0].is_newer else None
    for document in documents:
        own = said(document)
        for name, among in (("costSheetSha256", states), ("contractSha256", signed)):
            if text(own, name) not in among | {None}:
                findings.flaw("paper_differs", document.part, f"{name} is that of no paper here")
        if text(own, "evidenceHeadSha256") not in heads | {None}:
            findings.flaw("paper_differs", document.part, "the head it names is no entry here")
        number = text(own, "preservationNumber")
        if number is None or first is None:
            continue
        if "preservationNumber" not in first.opened:
            findings.flaw("paper_not_shown", document.part, "entry 0 does not open the number")
        elif first.opened["preservationNumber"] != number:
            findings.flaw("paper_differs", document.part, "it is of another case")


def judge_alike(documents, findings):
    """Whatever two papers say under one name they say alike."""
    parties = {field for document in documents for field in fields_of(document)}
    heard = {}
    for document in documents:
        own = said(document)
        told = {name: own.get(name) for name in NUMBERS}
        for field in parties:
            of_party = party(document, field) or {}
            told |= {f"{field}.{name}": of_party.get(name) for name in PARTY_MEMBERS}
            if "code" not in of_party:
                told[f"{field}.name"] = of_party.get("name")
        for name, value in told.items():
            if type(value) in (str, int) and heard.setdefault(name, value) != value:
                findings.flaw("paper_differs", document.part, f"{name} is another before")


def judge_left_out(facts, documents, findings):
    """A signed paper that the log knows and the package does not hold."""
    held = {state for document in documents for state in document.revisions() | {document.sha256}}
    for fact in facts:
        if fact.type == "seal.done" and not held & set(fact.originals):
            findings.notice(f"a signed paper was left out: {fact.part}")


def judge_chain_named(documents, findings):
    """Where persons signed and none of these papers names an entry, each chain would do."""
    hers = [
        document
        for document in documents
        if any(cut is not None and is_event(cut.certificate) for cut in document.signatures)
    ]
    if hers and not any(text(said(document), "evidenceHeadSha256") for document in hers):
        findings.notice("no paper that a person signed names its chain")
