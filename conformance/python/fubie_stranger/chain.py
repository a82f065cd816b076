"""[4] The entries of one case: form, actor, chain, time, attestations, openings."""

import re

from cryptography.exceptions import InvalidSignature

from . import attestation
from .canonical import Malformed, parse_canonical, print_canonical
from .digests import base64_text, from_base64, sha256
from .entry import (
    VersionUnknown,
    commitments,
    instant,
    parse_disclosures,
    parse_entry,
    parse_newer,
)
from .findings import NEWER
from .notes import ed25519_verify
from .tree import leaf_hash

BACKWARDS_MS_MAX = 5_000
PREFIX = b"fubie/entry/v1\n"
FIRST = ("case.opened", "deposit.opened")
LOAN_ONLY = (
    "application.",
    "identity.",
    "credit.",
    "risk.",
    "intent.",
    "certificate.",
    "seal.",
    "note.",
    "payment.",
)


class Fact:
    """An entry with its file, its digest and what of it is opened."""

    def __init__(self, part, data, entry):
        self.part, self.data, self.entry = part, data, entry
        self.seq, self.type = entry["seq"], entry["type"]
        self.sha256 = sha256(data)
        self.leaf = leaf_hash(data)
        self.opened, self.committed = {}, {}
        """Values by name, and the SHA-256 commitment of each."""
        self.attested = False
        self.is_newer = self.type == ""

    @property
    def statement(self):
        return self.entry.get("att", {}).get("statement", {})

    def names(self, name):
        """The digest under which the entry names this original, or None."""
        found = [one for one in self.entry["of"] if one["name"] == name]
        return from_base64(found[0]["sha256"]) if found else None

    @property
    def originals(self):
        return {from_base64(one["sha256"]): one["name"] for one in self.entry["of"]}


def judge_entries(files, trust, findings):
    """All entries that can be read, in the order of their files."""
    facts = []
    for name in sorted(name for name in files if name.startswith("entries/")):
        fact = judge_entry(name, files[name], trust, findings)
        if fact is not None:
            facts.append(fact)
    for at, fact in enumerate(facts):
        judge_place(fact, facts[:at], facts[0], findings)
    judge_openings(files, facts, findings)
    return facts


def judge_entry(part, data, trust, findings):
    """One entry by itself; the entry, or None where it is not read."""
    try:
        entry = read_entry(part, data, findings)
        if "att" in entry:
            attestation.require_form(entry["att"])
    except Malformed as error:
        findings.flaw("entry_malformed", part, error)
        return None
    actor = trust.actors.get(entry["by"])
    if actor is None:
        findings.flaw("entry_actor_unknown", part, entry["by"])
    elif not is_signed(parse_canonical(data), actor):
        findings.flaw("entry_signature_wrong", part, entry["by"])
    fact = Fact(part, data, entry)
    if "att" in entry:
        fact.attested = attestation.is_signed(entry["att"], trust)
        if not fact.attested:
            findings.flaw("entry_attestation_wrong", part, entry["att"]["by"])
    return fact


def read_entry(part, data, findings):
    try:
        return parse_entry(data)
    except VersionUnknown as error:
        entry = parse_newer(data)
        findings.flaw(NEWER, part, error)
        entry.pop("att", None)
        return entry


def is_signed(entry, actor):
    signed = {name: value for name, value in entry.items() if name != "sig"}
    try:
        ed25519_verify(actor.material, from_base64(entry["sig"]), PREFIX + print_canonical(signed))
        return True
    except InvalidSignature:
        return False


def judge_place(fact, before, first, findings):
    """The place of an entry in its chain: number, name of the case, digest of the one before,
    time."""
    entry = fact.entry
    number = re.fullmatch(r"entries/(\d{4})\.json", fact.part)
    if number is None or int(number[1]) != entry["seq"] or entry["seq"] != len(before):
        findings.flaw("entry_chain_broken", fact.part, f"number {entry['seq']}")
    if entry["case"] != first.entry["case"]:
        findings.flaw("entry_case_differs", fact.part, entry["case"])
    if before:
        if entry["prev"] != base64_text(before[-1].sha256):
            findings.flaw("entry_chain_broken", fact.part, "prev is not the entry before")
        latest = max(instant(one.entry["at"]) for one in before)
        if instant(entry["at"]) < latest - BACKWARDS_MS_MAX:
            findings.flaw("entry_time_backwards", fact.part, entry["at"])
    earlier = {base64_text(one.sha256) for one in before}
    for name, digest in entry.get("refs", {}).items():
        if digest not in earlier:
            findings.flaw("entry_chain_broken", fact.part, f"refs.{name} is no earlier entry")
    if is_out_of_place(fact.type, first.type) or bool(before) == (fact.type in FIRST):
        findings.unstated("entry_out_of_place", fact.part, f"{fact.type} after {first.type}")


def is_out_of_place(kind, opened_as):
    if opened_as == "deposit.opened":
        return kind.startswith(LOAN_ONLY)
    return kind.startswith("deposit.")


def judge_openings(files, facts, findings):
    by_number = {f"disclosures/{fact.seq:04}.json": fact for fact in facts}
    for part in sorted(name for name in files if name.startswith("disclosures/")):
        fact = by_number.get(part)
        if fact is not None and fact.is_newer:
            continue
        try:
            texts, values = parse_disclosures(files[part])
        except Malformed as error:
            findings.flaw("disclosure_malformed", part, error)
            continue
        for text in texts:
            first, second = commitments(text)
            listed = (
                fact is not None and first in fact.entry["_sd"] and second in fact.entry["_sd3"]
            )
            if not listed:
                findings.flaw("disclosure_unlisted", part, text[:24])
        if fact is not None:
            fact.opened = values
            fact.committed = {
                name: commitments(text)[0] for name, text in zip(values, texts, strict=True)
            }
