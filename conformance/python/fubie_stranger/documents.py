"""[3], [7] Documents and report: their signatures, and what binds the files of a package to
each other."""

import hashlib
import re

from cryptography.hazmat.primitives.serialization import Encoding

from . import cms, pdf
from .canonical import Malformed, parse_canonical, print_canonical
from .digests import sha256

DOCUMENT = re.compile(r"documents/(\d\d)-([a-z0-9-]+)\.pdf")


class Document:
    def __init__(self, part, data):
        self.part, self.data = part, data
        self.word = DOCUMENT.fullmatch(part)[2] if part != "report.pdf" else "report"
        self.sha256 = sha256(data)
        self.cuts, self.signatures = [], []
        self.stamps = []
        """(cut, token) of what was laid over the document later."""
        self.attached = None

    @property
    def signed(self):
        """(cut, signature) of what held."""
        return [
            (cut, signature)
            for cut, signature in zip(self.cuts, self.signatures, strict=True)
            if signature
        ]

    @property
    def sealed(self):
        """Digest of the document as its last signature left it."""
        return sha256(self.data[: self.cuts[-1].end]) if self.cuts else self.sha256

    def revisions(self):
        """Digests of every state of this document."""
        return {sha256(self.data[:end]) for end in pdf.revision_ends(self.data)}


def judge_documents(files, trust, findings):
    names = sorted(name for name in files if DOCUMENT.fullmatch(name))
    return [judge_document(name, files[name], trust, findings) for name in [*names, "report.pdf"]]


def judge_document(part, data, trust, findings):
    document = Document(part, data)
    try:
        cuts = pdf.signatures(data)
        document.attached = pdf.attached(data)
    except Malformed as error:
        findings.flaw("pdf_malformed", part, error)
        return document
    document.cuts = [cut for cut in cuts if not cut.is_stamp]
    for at, cut in enumerate(document.cuts):
        try:
            document.signatures.append(cms.judge(cut, trust))
        except cms.Flawed as error:
            document.signatures.append(None)
            findings.flaw(error.code, f"{part}#revision {at + 2}", error.detail)
    judge_stamps(document, [cut for cut in cuts if cut.is_stamp], trust, findings)
    if cuts and cuts[-1].end != len(data):
        findings.flaw("bytes_uncovered", part, f"covered up to {cuts[-1].end}")
    if part == "report.pdf" and not document.cuts:
        findings.flaw("signature_missing", part, "a report bears a seal")
    return document


def judge_stamps(document, cuts, trust, findings):
    """What was laid over a finished document: each a store and a stamp behind the last
    signature."""
    ends = pdf.revision_ends(document.data)
    for cut in cuts:
        part = f"{document.part}#revision {ends.index(cut.end) + 1}"
        if not document.cuts or cut.end < document.cuts[-1].end:
            findings.flaw("change_forbidden", part, "a stamp in front of a signature")
            continue
        try:
            token = cms.read_contents(cut.contents)
            cms.check_token(token, cut.content, trust.clock)
            document.stamps.append((cut, token))
        except cms.Flawed as error:
            findings.flaw(error.code, part, error.detail)


def stated(files, member):
    """What the manifest says of itself, or None."""
    try:
        return parse_canonical(files["manifest.json"])[member]
    except (Malformed, KeyError, TypeError):
        return None


def judge_manifest(files, case, findings, form=None):
    """[2] Made anew from all other files; what differs is told by name."""
    crossed = any(name.startswith("shards/") for name in files)
    own = form or (2 if crossed else 1)
    wanted = {"v": own, "case": case, "files": records(files, ["manifest.json"])}
    if print_canonical(wanted) == files["manifest.json"]:
        return
    try:
        listed = parse_canonical(files["manifest.json"])["files"]
        names = {one["name"] for one in wanted["files"] if one not in listed}
        names |= {one["name"] for one in listed if one not in wanted["files"]}
    except (Malformed, KeyError, TypeError) as error:
        findings.flaw("manifest_differs", "manifest.json", error)
        return
    for name in sorted(names) or ["manifest.json"]:
        findings.flaw("manifest_differs", name)


def records(files, without):
    return [
        {"name": name, "bytes": len(data), "sha256": sha256(data).hex()}
        for name, data in sorted(files.items())
        if name not in without
    ]


def judge_binding(files, report, findings):
    """`data.json` of the report lists every other file; the seal signs the report to its last
    byte."""
    attached = report.attached
    if not isinstance(attached, dict) or not isinstance(attached.get("files"), list):
        findings.flaw("report_binding_missing", "report.pdf")
        return
    wanted = records(files, ["manifest.json", "report.pdf"])
    for one in wanted:
        if one not in attached["files"]:
            findings.flaw("report_binding_differs", one["name"])
    for one in attached["files"]:
        if one not in wanted:
            name = one.get("name", "?") if isinstance(one, dict) else "?"
            findings.flaw("report_binding_differs", str(name))


def judge_copies(files, documents, trust, findings):
    """`certs/` and `stamps/` are exactly what the documents' signatures use, under their
    digests."""
    used = [signature for document in documents for _, signature in document.signed]
    laid = [stamp for document in documents for stamp in document.stamps]
    stamps = {one.token for one in used} | {token for _, token in laid}
    certificates = {one.certificate_der for one in used}
    if used:
        certificates |= {der_of(trust.authority), der_of(trust.clock)}
    compare(files, ("certs/", ".der"), certificates, "certificate_file_differs", findings)
    compare(files, ("stamps/", ".tsr"), stamps, "stamp_file_differs", findings)


def compare(files, shape, wanted, code, findings):
    start, end = shape
    names = {f"{start}{named(data)}{end}" for data in wanted}
    there = {name for name in files if name.startswith(start)}
    for name in sorted(names ^ there):
        findings.flaw(code, name, "missing" if name in names else "used by no signature")
    for name in sorted(names & there):
        if files[name] not in wanted:
            findings.flaw(code, name, "other bytes under this name")


def der_of(certificate):
    return certificate.public_bytes(Encoding.DER)


def named(data):
    return hashlib.sha256(data).hexdigest()[:16]


def judge_named(facts, documents, findings):
    """Each document is named by the log: `seal.done` where it is signed, `document.drafted`
    where not."""
    for document in documents:
        kind = "seal.done" if document.cuts else "document.drafted"
        if not any(fact.type == kind and document.sealed in fact.originals for fact in facts):
            findings.unstated("document_not_logged", document.part, kind)
        # The word of a slot is not the packer's to choose: the log names a state of this paper so.
        states = document.revisions() | {document.sha256}
        if not any(
            fact.type in ("seal.done", "document.drafted")
            and any(
                states & {digest} and name == document.word
                for digest, name in fact.originals.items()
            )
            for fact in facts
        ):
            findings.unstated("document_not_logged", document.part, f"under the word {document.word}")
        judge_raised(document, facts, findings)


CONFIRMING = ("reading.completed", "sheet.confirmed", "note.confirmed", "clause.confirmed")


def judge_confirmed(facts, documents, findings):
    """The paper that she confirmed, of each kind the last time, is a state of the one here."""
    for fact in facts:
        if fact.type not in CONFIRMING or len(fact.opened) == len(fact.entry["_sd"]):
            continue
        if not {"document", "base"} <= set(fact.opened):
            findings.flaw("paper_not_shown", fact.part, "which paper was confirmed is not opened")
    for document in documents:
        states = {state.hex() for state in document.revisions() | {document.sha256}}
        for kind in CONFIRMING:
            bases = [
                fact.opened["base"]
                for fact in facts
                if fact.type == kind
                and fact.opened.get("document") == document.word
                and "base" in fact.opened
            ]
            if bases and bases[-1] not in states:
                findings.flaw("document_not_logged", document.part, f"{kind} of another state")


def judge_raised(document, facts, findings):
    """Each state that was raised for the long term stands in the log; the package holds the
    last."""
    raised = [fact for fact in facts if fact.type == "document.raised"]
    for cut, _ in document.stamps:
        state = sha256(document.data[: cut.end])
        if not any(fact.names("revision") == state for fact in raised):
            findings.unstated(
                "document_not_logged", document.part, "a state that the log does not know"
            )
    if any(fact.names("before") == document.sha256 for fact in raised):
        findings.flaw("document_not_logged", document.part, "the log knows a later state")
