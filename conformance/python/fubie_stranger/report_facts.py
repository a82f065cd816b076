"""[7] What the report tells of the package is so: entries, papers, head and list."""

from datetime import timedelta, timezone

from .canonical import Malformed, print_canonical
from .cms import common_name
from .digests import from_base64, sha256
from .papers_say import said, text

LIST = "required-evidence.json"


def judge_report(files, report, facts, documents, findings):
    told = report.attached if isinstance(report.attached, dict) else {}
    rows = told.get("entries")
    if isinstance(rows, list):
        names = sorted(name for name in files if name.startswith("entries/"))
        own = [(int(name[8:12]), sha256(files[name]).hex()) for name in names]
        stated = {fact.part: fact for fact in facts}
        told_so = [is_stated(row, stated.get(name)) for row, name in zip(rows, names, strict=False)]
        if [pair(row, "seq") for row in rows] != own or not all(told_so):
            findings.flaw("report_binding_differs", "entries", "the report tells others")
    own = {(document.word, document.sha256.hex()) for document in documents}
    rows = told.get("documents")
    for row in rows if isinstance(rows, list) else []:
        if pair(row, "name") not in own:
            findings.flaw("report_binding_differs", "documents", "the report tells of another")
    judge_signatures(told.get("signatures"), documents, findings)
    judge_numbers(told, facts, documents, findings)
    judge_head(files["checkpoint.txt"], told.get("checkpoint"), findings)
    bound = told.get("evidenceList")
    digest = bound.get("sha256") if isinstance(bound, dict) else None
    if isinstance(digest, str) and digest != sha256(files[LIST]).hex():
        findings.flaw("report_binding_differs", LIST, "the report tells of another list")


def pair(row, name):
    row = row if isinstance(row, dict) else {}
    return row.get(name), row.get("sha256")


def is_stated(row, fact):
    """What happened and when, where the report tells it; of a newer entry only when."""
    if not isinstance(row, dict) or fact is None:
        return False
    kind, at = row.get("type"), row.get("at")
    is_kind = fact.is_newer or not isinstance(kind, str) or kind == fact.type
    return is_kind and (not isinstance(at, str) or at == fact.entry["at"])


def judge_signatures(rows, documents, findings):
    """Who signed in which field and when: as many lines as there are signatures, each is so."""
    if not isinstance(rows, list):
        return
    own = [
        (cut.field, common_name(one.certificate), printed(one.stamped))
        for document in documents
        for cut, one in document.signed
    ]
    for row in rows:
        row = row if isinstance(row, dict) else {}
        told = [row.get(name) for name in ("field", "signer", "signedAt")]
        told[1:] = [one if isinstance(one, str) else None for one in told[1:]]
        if not any(
            told[0] == held[0] and all(a in (None, b) for a, b in zip(told[1:], held[1:], strict=True))
            for held in own
        ):
            findings.flaw("report_binding_differs", "signatures", "the report tells of others")
    if len(rows) != sum(len(document.cuts) for document in documents):
        findings.flaw("report_binding_differs", "signatures", "the report tells of more or fewer")


def printed(moment):
    local = moment.astimezone(timezone(timedelta(hours=8)))
    return local.strftime("%Y-%m-%dT%H:%M:%S.") + f"{local.microsecond // 1000:03}+08:00"


def judge_numbers(told, facts, documents, findings):
    first = facts[0].opened if facts and facts[0].seq == 0 else {}
    case = told.get("case") if isinstance(told.get("case"), dict) else {}
    numbers = [text(said(document), "contractNumber") for document in documents]
    contract = next((number for number in numbers if number is not None), None)
    for own, shown in (
        (first.get("preservationNumber"), text(told, "preservationNumber")),
        (contract, text(case, "contractNumber")),
    ):
        if None not in (own, shown) and own != shown:
            findings.flaw("report_binding_differs", "report.pdf", f"a report of {shown}")


def judge_head(note, told, findings):
    if not isinstance(told, dict):
        return
    try:
        origin, size, root = note.decode().split("\n")[:3]
        own = (origin, size, from_base64(root).hex())
    except (Malformed, UnicodeDecodeError, ValueError):
        return  # whoever reads the checkpoint says so
    size = told.get("size")
    shown = print_canonical(size).decode() if type(size) in (int, str) else None
    if (told.get("origin"), shown, told.get("root")) != own:
        findings.flaw("report_binding_differs", "checkpoint.txt", "the report tells another")
