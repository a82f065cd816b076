"""A package judged by docs/specs/verification.md, "A package": step by step, and what is left
out said."""

import re

from . import (
    attestation,
    completeness,
    documents,
    figures,
    papers_say,
    persons,
    report_facts,
    revoked,
    sequence,
    times,
)
from .chain import judge_entries
from .container import open_container
from .log import judge_log
from .papers import Papers, judge_papers
from .rule import under_rule
from .shards import BORDER, FORM_KNOWN_MAX, follow_borders

NEEDED = (
    "manifest.json",
    "report.pdf",
    "checkpoint.txt",
    "policy.json",
    "policy-entry.json",
    "policy.tlog-proof",
    "required-evidence.json",
)
NAMES = re.compile(
    r"""manifest\.json|report\.pdf|checkpoint\.txt|policy\.json|policy-entry\.json
    |policy\.tlog-proof|required-evidence\.json|slots\.json|verifier\.html
    |documents/\d\d-[a-z0-9-]+\.pdf|entries/\d{4}\.json|disclosures/\d{4}\.json
    |proofs/\d{4}\.tlog-proof|certs/[0-9a-f]{16}\.der|revocation/[0-9a-f]{16}\.crl
    |stamps/[0-9a-f]{16}\.tsr|schemas/[0-9a-f]{16}\.json|files/\d{4}\.bin
    |environments/[0-9a-f]{16}\.json|twin/checkpoint\.txt|twin/link\.json
    |twin/(?:link(?:-sm3)?|\d{4})\.tlog-proof|twin/head(?:-sm3)?\.(?:txt|consistency)
    |heads/[0-9a-f]{16}\.(?:note|ers|consistency)|anchors/[0-9a-f]{16}\.(?:anchor|consistency)
    |registers/\d{4}\.(?:note|json|tlog-proof|consistency)""",
    re.VERBOSE,
)
NOT_JUDGED = (
    "whether later revisions of a PDF only add signatures, and what its pages show (pyHanko does)",
    "the one spelling of CMS and stamps that the strict profile asks for",
    "the phone's receipt",
)


def judge_package(data, trust, findings):
    files = open_container(data, findings)
    if files is None:
        return
    form = documents.stated(files, "v")
    if type(form) is int and form > FORM_KNOWN_MAX:
        judge_newer(files, form, trust, findings)
        return
    for name in sorted(files):
        if not NAMES.fullmatch(name) and not BORDER.fullmatch(name):
            findings.flaw("file_unexpected", name)
    missing = [name for name in NEEDED if name not in files]
    for name in missing:
        findings.flaw("file_missing", name)
    if missing:
        return
    closed, trust = follow_borders(files, trust, findings)
    facts = judge_entries(files, trust, findings)
    documents.judge_manifest(files, facts[0].entry["case"] if facts else None, findings)
    all_documents = documents.judge_documents(files, trust, findings)
    own = all_documents[:-1]
    ruled = under_rule(files, trust)
    head, tenant, voted = judge_log(files, facts, closed, ruled, findings)
    voted = voted.intersection(*(one.voted for one in closed))
    if head is not None:
        judge_papers(Papers(files, facts, (*closed, head), ruled), findings)
    persons.judge_institution(facts, tenant, findings)
    persons.judge_signers(facts, all_documents, trust, tenant, findings)
    borrower = papers_say.judge_parties(facts, own, trust, findings)
    times.judge_dated_back(facts, own, findings)
    times.judge_readings(facts, findings)
    attestation.judge_words(facts, own, borrower, findings)
    documents.judge_binding(files, all_documents[-1], findings)
    report_facts.judge_report(files, all_documents[-1], facts, own, findings)
    documents.judge_copies(files, own, trust, findings)
    documents.judge_named(facts, own, findings)
    documents.judge_confirmed(facts, own, findings)
    papers_say.judge_paper_words(facts, own, findings)
    papers_say.judge_left_out(facts, own, findings)
    papers_say.judge_chain_named(own, findings)
    figures.judge_figures(facts, own, findings)
    sequence.judge_sequence(facts, own, findings)
    revoked.judge_revocation(files, own, all_documents[-1], trust, findings)
    completeness.judge_material(files, facts, findings)
    completeness.judge_completeness(files, facts, own, findings)
    judge_stray(files, facts, findings)
    findings.open_unstated()
    if ruled.policy is not None and len(voted & trust.independent) < ruled.policy["quorum"]:
        findings.notice("见证方由出证方自行运行，属自证")
    for left_out in NOT_JUDGED:
        findings.notice(f"not judged: {left_out}")


def judge_newer(files, form, trust, findings):
    """A form of a newer program: its container, its manifest and its papers, and nothing else."""
    findings.flaw("package_form_unknown", "manifest.json", form)
    documents.judge_manifest(files, documents.stated(files, "case"), findings, form)
    for name in sorted(files):
        if documents.DOCUMENT.fullmatch(name):
            documents.judge_document(name, files[name], trust, findings)


def judge_stray(files, facts, findings):
    """A proof or an opening of no entry has no business here."""
    numbers = {f"{fact.seq:04}" for fact in facts}
    for name in sorted(files):
        folder, _, rest = name.partition("/")
        if folder in ("proofs", "disclosures") and rest[:4] not in numbers:
            findings.flaw("file_unexpected", name, "of no entry")
