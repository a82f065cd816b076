"""[8] Is the record whole? The list of required evidence, the slots, the seal, deposits and
their files."""

import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key

from . import given, sm2
from .canonical import Malformed, parse_canonical, parse_loose, print_canonical
from .cms import is_event
from .digests import base64_text, from_base64, from_base64url, sha256, sm3
from .documents import named
from .entry import BATCHED, TYPES
from .notes import sm2_point
from .tree import leaf_hash, root_from_inclusion

ENDS = ("case.sealed", "case.closed")
# What a person asked and was told about her own information carries no case on.
ASIDES = frozenset(
    """
consent.signed consent.withdrawn rights.requested rights.answered value.corrected
processing.restricted hold.placed hold.lifted unmask.granted breakglass.opened breakglass.reviewed
case.sealed
""".split()
)
# Whoever gave a password or got money was not refused.
OF_AN_APPROVAL = {"note.confirmed", "payment.authorised", "disbursed", "repaid"}
LIST = "required-evidence.json"
SOURCE_PREFIX = b"fubie/deposit/v1\n"
LEAF_PREFIX = b"fubie/deposit-leaf/v1\n"
BATCH_PREFIX = b"fubie/deposit-batch/v1\n"
BATCH_RECORDS_MAX = 65_536
SLOT = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def judge_completeness(files, facts, documents, findings):
    if not facts:
        findings.flaw("case_not_sealed", "entries/", "no entry that can be read")
        return
    judge_end(facts, findings)
    required = read_list(files[LIST], findings)
    if required is None:
        return
    judge_list_is_bound(sha256(files[LIST]), facts, documents, findings)
    lines = lines_of(required)
    judge_list_is_met([*lines, *added_lines(files, len(lines))], facts, documents, findings)
    judge_slots(files, facts, documents, lines, findings)


def judge_end(facts, findings):
    last = facts[-1]
    if last.type not in ENDS:
        findings.unstated("case_not_sealed", last.part, last.type)
    for fact in facts:
        if fact.type in ENDS and fact.entry.get("refs", {}).get("head") != fact.entry["prev"]:
            findings.flaw("case_seal_differs", fact.part, "refs.head is not prev")


def is_refused(facts):
    """Did the case end when its application was refused? One that went on is no refused one."""
    if any(fact.type in OF_AN_APPROVAL or fact.type.startswith("right.") for fact in facts):
        return False
    carried = [fact for fact in facts if fact.type not in ASIDES]
    last = carried[-1] if carried else None
    return (
        last is not None
        and last.type == "risk.decided"
        and last.opened.get("decision") == "refused"
    )


def read_list(data, findings):
    """Lists of earlier packages are JSON as people write it: what counts is what it says."""
    try:
        required = parse_loose(data)
        print_canonical(required)
        for line in required["entries"]:
            require_entry_line(line)
        for line in required["documents"]:
            require_word(line["name"])
            require_word(line.get("title", line["name"]))
            if not isinstance(line["fields"], list):
                raise Malformed("fields are a list")
            for field in line["fields"]:
                require_word(field)
    except (Malformed, KeyError, TypeError, AttributeError) as error:
        findings.flaw("required_list_malformed", LIST, repr(error))
        return None
    for line in required["entries"]:
        if not any(line["type"] in types for types in TYPES):
            findings.unstated("required_list_malformed", LIST, line["type"])
            return None
    return required


def require_entry_line(line):
    require_word(line["type"])
    require_word(line.get("title", line["type"]))
    least = line.get("min")
    if least is not None and (type(least) is not int or least < 0):
        raise Malformed("min of a line")
    if "slot" in line and not SLOT.fullmatch(line["slot"]):
        raise Malformed("slot of a line")


def require_word(text):
    if not isinstance(text, str) or not 1 <= len(text.encode("utf-16-le")) // 2 <= 200:
        raise Malformed(f"no word: {text!r}")


def judge_list_is_bound(digest, facts, documents, findings):
    """By entry 0, and in a loan by the data attached to the contract that a person signed."""
    if facts[0].names("required-evidence") != digest:
        findings.unstated("required_list_differs", facts[0].part, "not the list of entry 0")
    naming = [document for document in documents if evidence_list(document) is not None]
    for document in naming:
        if evidence_list(document) != digest.hex():
            findings.flaw("required_list_differs", document.part, "it names another list")
    by_persons = [
        document
        for document in naming
        if any(is_event(one.certificate) for _, one in document.signed)
    ]
    if not by_persons and facts[0].type != "deposit.opened" and not is_refused(facts):
        # Whether it is a deposit the first entry says.
        say = findings.unstated if facts[0].is_newer else findings.flaw
        say("required_list_differs", LIST, "no document that a person signed names it")


def evidence_list(document):
    attached = document.attached if isinstance(document.attached, dict) else {}
    bound = attached.get("evidenceList") if document.word != "report" else None
    return bound.get("sha256") if isinstance(bound, dict) else None


def judge_list_is_met(lines, facts, documents, findings):
    refused = is_refused(facts)
    for line in lines:
        needless = refused and line.get("when") == "approved"
        if not is_met(line, facts, documents) and not needless and not explained(line, facts):
            findings.unstated("evidence_missing", LIST, word_of(line))


def is_met(line, facts, documents):
    if "type" in line:
        least = line.get("min")
        return len(fillers(line, facts)) >= (1 if least is None else least)
    return any(
        document.word == line["name"]
        and set(line["fields"]) <= {cut.field for cut in document.cuts}
        for document in documents
    )


def word_of(line):
    if "slot" in line:
        return line["slot"]
    return f"entry/{line['type']}" if "type" in line else f"document/{line['name']}"


def line_digest(line):
    return sha256(print_canonical(line))


def fillers(line, facts):
    """Entries before the seal of the line's type that, where it has a word, name its slot."""
    found = [fact for fact in facts if fact.type == line["type"] and fact.type not in ENDS]
    found = [fact for fact in found if is_asked(fact, line)]
    if "slot" not in line:
        return found
    return [fact for fact in found if fact.names(f"slot/{line['slot']}") == line_digest(line)]


def is_asked(fact, line):
    """A line may ask for statements of one kind, or for records of one schema."""
    kind, schema = line.get("kind"), line.get("schema")
    if isinstance(kind, str) and fact.entry.get("att", {}).get("statement", {}).get("kind") != kind:
        return False
    if not isinstance(schema, str):
        return True
    return any(one["name"].startswith(f"schema/{schema}@") for one in fact.entry["of"])


def explained(line, facts):
    """An entry `slot.absent` names the slot by its word and the digest of its line."""
    name, digest = f"slot/{word_of(line)}", line_digest(line)
    return any(fact.type == "slot.absent" and fact.names(name) == digest for fact in facts)


def lines_of(required):
    return [*required["entries"], *required["documents"]]


def added_lines(files, listed):
    """What `slots.json` shows behind the lines of the list."""
    try:
        return [one["line"] for one in parse_canonical(files["slots.json"])["slots"][listed:]]
    except (Malformed, KeyError, TypeError):
        return []


def judge_slots(files, facts, documents, listed, findings):
    """slots.json is what the seal names; `slot`, `filled` and `absent` are made anew."""
    stated = facts[-1].names("slots")
    data = files.get("slots.json")
    if (stated is None) != (data is None) or (data is not None and sha256(data) != stated):
        findings.unstated("slots_differ", "slots.json", "not what the seal names")
    if data is None:
        if facts[-1].type == "case.closed":
            findings.unstated("slots_differ", "slots.json", "a closed case names its slots")
        judge_added([], facts, findings)
        return
    before = facts[:-1]
    try:
        book = parse_canonical(data)
        if book["list"] != base64_text(sha256(files[LIST])):
            findings.unstated("slots_differ", "slots.json", "another list")
        shown = [one["line"] for one in book["slots"]]
        if shown[: len(listed)] != listed:
            findings.unstated("slots_differ", "slots.json", "not the lines of the list")
        judge_added(shown[len(listed) :], facts, findings)
        for one in book["slots"]:
            judge_slot(one, before, documents, findings)
            if one.get("absent") == "not_reached" and facts[-1].type == "case.closed":
                findings.unstated("slots_differ", "slots.json", f"{one['slot']} in a closed case")
    except (Malformed, KeyError, TypeError, AttributeError) as error:
        findings.unstated("slots_differ", "slots.json", repr(error))


def judge_added(lines, facts, findings):
    """The lines are those that `slot.added` brought, in the order of their entries."""
    added = [fact for fact in facts if fact.type == "slot.added"]
    if len(lines) != len(added):
        findings.unstated("slots_differ", "slots.json", f"{len(added)} slots were added")
    for fact, line in zip(added, lines, strict=False):
        if line_digest(line) != fact.names(f"slot/{word_of(line)}"):
            findings.unstated("slots_differ", "slots.json", f"{fact.part} brought another slot")


def judge_slot(one, facts, documents, findings):
    """`slot`, `filled` and whether `absent` stands there follow from the entries before the
    seal."""
    line = one["line"]
    filled = fillers(line, facts) if "type" in line else document_fillers(line, facts, documents)
    same = (
        one["slot"] == word_of(line)
        and one["title"] == line.get("title", line.get("type", line.get("name")))
        and one["filled"] == [fact.seq for fact in filled]
        and ("absent" in one) != is_met(line, facts, documents)
    )
    if not same:
        findings.unstated("slots_differ", "slots.json", f"{word_of(line)} is not as the entries say")


def document_fillers(line, facts, documents):
    kind = "seal.done" if line["fields"] else "document.drafted"
    digests = set()
    for document in documents:
        if document.word == line["name"]:
            digests |= document.revisions()
    return [fact for fact in facts if fact.type == kind and digests & set(fact.originals)]


def judge_material(files, facts, findings):
    """Schemas, environments and files of a deposit: exactly those that entries name or commit
    to."""
    judge_schemas(files, facts, findings)
    environments = {from_base64(fact.entry["env"]) for fact in facts}
    for part in sorted(name for name in files if name.startswith("environments/")):
        if (
            sha256(files[part]) not in environments
            or part != f"environments/{named(files[part])}.json"
        ):
            findings.unstated("file_not_committed", part, "no entry was stated in it")
    by_file = {f"files/{fact.seq:04}.bin": fact for fact in facts if fact.type == "deposit.file"}
    for part in sorted(name for name in files if name.startswith("files/")):
        opened = by_file[part].opened if part in by_file else {}
        own = (sha256(files[part]).hex(), sm3(files[part]).hex())
        length = opened.get("bytes", len(files[part]))
        if (opened.get("sha256"), opened.get("sm3")) != own or length != len(files[part]):
            say = findings.flaw if part in by_file else findings.unstated
            say("file_not_committed", part, "not what its entry commits to")
    items = set()
    for fact in facts:
        judge_source(fact, facts[0], findings, items)


def judge_schemas(files, facts, findings):
    """Files of `schemas/` are named by entries; a record is as wide as the schema that it names."""
    named_by_entries = {digest for fact in facts for digest in fact.originals}
    schemas = {}
    for part in sorted(name for name in files if name.startswith("schemas/")):
        digest = sha256(files[part])
        if digest not in named_by_entries or part != f"schemas/{named(files[part])}.json":
            findings.unstated("file_not_committed", part, "named by no entry")
            continue
        try:
            schemas[digest] = parse_canonical(files[part])
        except Malformed as error:
            findings.flaw("file_not_committed", part, error)
    for fact in facts:
        if fact.type == "deposit.item":
            judge_width(fact, schemas, findings)


def judge_width(fact, schemas, findings):
    """As many commitments as the schema has properties, and @item, @source, @flags."""
    wanted = [digest for digest, name in fact.originals.items() if name.startswith("schema/")]
    schema = schemas.get(wanted[0]) if wanted else None
    if schema is None:
        findings.flaw("file_missing", fact.part, "the schema that the record names")
        return
    for name, value in fact.opened.items():
        if not given.is_read_as_given(value):
            part = fact.part.replace("entries/", "disclosures/")
            findings.flaw("disclosure_malformed", part, f"{name} is not what was given")
    known = set(schema.get("properties", {})) | {"@item", "@source", "@flags"}
    if len(fact.entry["_sd"]) != len(known) or not set(fact.opened) <= known:
        findings.flaw("disclosure_unlisted", fact.part, "not as wide as its schema")


def judge_source(fact, first, findings, items):
    """The signature of whoever brought a record, over the values as they were given, or over the
    tree of a batch in which they are a leaf."""
    source = fact.opened.get("@source")
    is_batched = fact.entry["v"] == BATCHED
    is_signed = isinstance(source, dict) and source.get("signed") is True
    if not is_signed and not is_batched:
        return
    is_whole = len(fact.opened) == len(fact.entry["_sd"])
    if is_whole and not is_signed:
        findings.flaw("source_signature_wrong", fact.part, "no signature over a batch")
        return
    if not is_whole or "deposit" not in first.opened:
        findings.notice("not judged: signatures of sources over what is not opened")
        return
    message = source_message(fact, first)
    if is_batched:
        message = batch_message(source.get("batch"), message)
    # A key that both sides know signs nothing for a third.
    is_shared = source.get("algorithm") == "hmac-sha256" and "publicKey" not in source
    if message is None or not (is_shared or source_holds(source, message)):
        findings.flaw("source_signature_wrong", fact.part, source.get("algorithm"))
    elif is_batched or not is_shared:
        # What its source signed once is one fact, however often it is logged.
        item = (fact.type, canonical_text(fact.opened.get("@item")))
        if item in items:
            findings.flaw("source_signature_wrong", fact.part, "the same record a second time")
        items.add(item)


def source_message(fact, first):
    schema = [name for name in fact.originals.values() if name.startswith("schema/")]
    fields = {name: as_given(value) for name, value in fact.opened.items() if name[:1] != "@"}
    return SOURCE_PREFIX + print_canonical(
        {
            "v": 1,
            "deposit": first.opened["deposit"],
            "item": fact.opened.get("@item"),
            "schema": schema[0].removeprefix("schema/") if schema else "file",
            "fields": fields,
        }
    )


def source_leaf(blind, message):
    return LEAF_PREFIX + blind.encode() + b"\n" + message


def batch_message(batch, message):
    """What was signed of a batch in which this record has the place that it says; else None."""
    try:
        if set(batch) != {"blind", "index", "path", "root", "size"}:
            return None
        index, size = batch["index"], batch["size"]
        if type(index) is not int or type(size) is not int or size > BATCH_RECORDS_MAX:
            return None
        if not isinstance(batch["path"], list):
            return None
        from_base64url(batch["blind"], 16)
        root = from_base64(batch["root"], 32)
        path = [from_base64(text, 32) for text in batch["path"]]
        leaf = leaf_hash(source_leaf(batch["blind"], message))
        if root_from_inclusion(index, size, leaf, path) != root:
            return None
    except (Malformed, TypeError, KeyError):
        return None
    return BATCH_PREFIX + print_canonical({"v": 1, "root": batch["root"], "size": size})


def canonical_text(value):
    return print_canonical(value).decode()


def as_given(value):
    return value["given"] if isinstance(value, dict) and "given" in value else value


def source_holds(source, message):
    """RFC 9421 section 3.3: ed25519, and r and s of 32 bytes each, also for SM2 over SM3."""
    try:
        der, signature = from_base64(source["publicKey"]), from_base64(source["signature"], 64)
        if source["algorithm"] == "ed25519":
            load_der_public_key(der).verify(signature, message)
            return True
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        pair = utils.encode_dss_signature(r, s)
        if source["algorithm"] == "sm2-sm3":
            return sm2.verify(sm2_point(der), message, pair)
        if source["algorithm"] != "ecdsa-p256-sha256":
            return False
        load_der_public_key(der).verify(pair, message, ec.ECDSA(hashes.SHA256()))
        return True
    except (InvalidSignature, Malformed, ValueError, KeyError, TypeError, AttributeError):
        return False
