"""[7] What the report tells of the package is so: entries, papers, head and list."""

from .canonical import Malformed, print_canonical
from .digests import from_base64, sha256

LIST = "required-evidence.json"


def judge_report(files, report, documents, findings):
    told = report.attached if isinstance(report.attached, dict) else {}
    rows = told.get("entries")
    if isinstance(rows, list):
        names = sorted(name for name in files if name.startswith("entries/"))
        own = [(int(name[8:12]), sha256(files[name]).hex()) for name in names]
        if [pair(row, "seq") for row in rows] != own:
            findings.flaw("report_binding_differs", "entries", "the report tells others")
    own = {(document.word, document.sha256.hex()) for document in documents}
    rows = told.get("documents")
    for row in rows if isinstance(rows, list) else []:
        if pair(row, "name") not in own:
            findings.flaw("report_binding_differs", "documents", "the report tells of another")
    judge_head(files["checkpoint.txt"], told.get("checkpoint"), findings)
    bound = told.get("evidenceList")
    digest = bound.get("sha256") if isinstance(bound, dict) else None
    if isinstance(digest, str) and digest != sha256(files[LIST]).hex():
        findings.flaw("report_binding_differs", LIST, "the report tells of another list")


def pair(row, name):
    row = row if isinstance(row, dict) else {}
    return row.get(name), row.get("sha256")


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
