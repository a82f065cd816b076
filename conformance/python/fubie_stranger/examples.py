"""The examples of docs/specs/, computed again: what the pages print is what their rules make."""

import json
import os
import re

from . import attestation, completeness, notes, tree
from .anchor import keccak256, parse_anchor, proved, slot_of
from .canonical import parse_canonical, print_canonical
from .chain import is_signed
from .container import open_container
from .digests import base64_text, from_base64, sha256, sm3
from .documents import records
from .entry import commitments, parse_disclosure, parse_entry
from .findings import Findings
from .phrase import phrase_of
from .policy import is_met, parse_policy, shared_least
from .preservation import is_preservation_number
from .shards import parse_closing, parse_opening


def judge_examples(folder):
    """Prints one line for each example, and answers the exit code."""
    pages = {name: read(folder, name) for name in os.listdir(folder) if name.endswith(".md")}
    held = {name: check(pages) for name, check in CHECKS.items()}
    for name, holds in held.items():
        print("holds " if holds else "FAILS ", name)
    print(f"{sum(held.values())} of {len(held)} examples of the pages hold")
    return 0 if all(held.values()) else 1


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


def example(page, name):
    """The block behind `<!-- example: name -->`."""
    found = re.search(f"<!-- example: {re.escape(name)} -->\n```[a-z]*\n(.*?)```", page, re.DOTALL)
    return found[1]


def leaves(pages):
    lines = example(pages["log.md"], "leaf hashes").split()
    return lines == [tree.leaf_hash(b"entry %d" % at).hex() for at in range(3)]


def root(pages):
    hashes = [tree.leaf_hash(b"entry %d" % at) for at in range(3)]
    return example(pages["log.md"], "root").strip() == tree.root_of(hashes).hex()


def bundle(pages):
    entries = [b"entry %d" % at for at in range(3)]
    made = b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
    return example(pages["log.md"], "bundle").strip() == made.hex()


def log_key(pages):
    return notes.parse_vkey(example(pages["log.md"], "log vkey").strip())


def witness_key(pages):
    return notes.parse_vkey(example(pages["witness.md"], "witness vkey").strip())


def checkpoint(pages):
    head = notes.parse_checkpoint(example(pages["log.md"], "checkpoint").encode())
    lines = {name: (key_id, value) for name, key_id, value in head.signatures}
    keys = [log_key(pages), witness_key(pages)]
    return all(
        lines[key.name][0] == key.id and notes.holds(key, head.text, lines[key.name][1], head)
        for key in keys
    )


def proof(pages):
    index, hashes, note = notes.parse_proof(example(pages["log.md"], "proof").encode())
    head = notes.parse_checkpoint(note)
    leaf = tree.leaf_hash(b"entry 1")
    return tree.root_from_inclusion(index, head.size, leaf, hashes) == head.root


def consistency(pages):
    old = notes.parse_checkpoint(example(pages["log.md"], "older head").encode())
    asked = example(pages["witness.md"], "request")
    first, _, note = asked.partition("\n\n")
    size, *hashes = first.split("\n")
    new = notes.parse_checkpoint(note.encode())
    path = [from_base64(line, 32) for line in hashes]
    return size == f"old {old.size}" and tree.is_consistent(
        old.size, old.root, new.size, new.root, path
    )


def policy(pages):
    parsed = parse_policy(example(pages["log.md"], "policy"))
    return (
        is_met(parsed, {"court", "notary"})
        and not is_met(parsed, {"court"})
        and shared_least(parsed) == 2
    )


def promise(pages):
    text, signatures = notes.parse_note(example(pages["log.md"], "promise").encode())
    key = log_key(pages)
    return any(
        key_id == key.id and notes.holds(key, text, value) for _, key_id, value in signatures
    )


def ml_dsa_message(pages):
    head = notes.parse_checkpoint(example(pages["log.md"], "checkpoint").encode())
    made = notes.cosigned_message("court.example", 1_790_000_000, head)
    return example(pages["witness.md"], "ml-dsa message").strip() == made.hex()


def disclosure(pages):
    block = re.search("```\nsalt(.*?)```", pages["disclosure.md"], re.DOTALL)[1]
    lines = dict(re.split(" +", line, maxsplit=1) for line in block.strip().split("\n")[1:])
    name, value = parse_disclosure(lines["encoded"])
    same = commitments(lines["encoded"]) == (lines["sha256"], lines["sm3"])
    return same and (name, f'"{value}"') == (lines["name"], lines["value"])


def check_phrase(pages):
    return phrase_of(sha256(b"abc")) in pages["check-phrase.md"]


def preservation_number(pages):
    number = example(pages["package.md"], "preservation number").strip()
    bent = number[:-1] + str((int(number[-1]) + 1) % 10)
    return is_preservation_number(number) and not is_preservation_number(bent)


def twin_root(pages):
    hashes = [tree.leaf_hash(b"entry %d" % at, sm3) for at in range(3)]
    made = base64_text(tree.root_of(hashes, sm3))
    head = notes.parse_checkpoint(example(pages["twin.md"], "twin checkpoint").encode())
    return base64_text(head.root) == made


def twin_signature(pages):
    key = notes.parse_vkey(example(pages["twin.md"], "twin vkey").strip())
    head = notes.parse_checkpoint(example(pages["twin.md"], "twin checkpoint").encode())
    ((_, key_id, value),) = head.signatures
    return key_id == key.id and notes.holds(key, head.text, value)


def shards(pages):
    page = pages["twin.md"]
    closing, opening = (example(page, f"{word} leaf").encode() for word in ("closing", "opening"))
    origin, key, twin = parse_closing(closing)
    leaves = [tree.leaf_hash(b"entry %d" % at) for at in range(3)]
    root = tree.root_of([*leaves, tree.leaf_hash(closing)])
    said = (key.name, origin, 4, root, None)
    return twin is None and parse_opening(opening) == said


def overrun(pages):
    said = parse_canonical(example(pages["log.md"], "overrun").strip().encode())
    heads = [notes.parse_checkpoint(note.encode()) for note in said["notes"]]
    key, last = log_key(pages), said["last"]
    closing = last["leaf"].encode()
    hashes = [from_base64(one, 32) for one in said["hashes"]]
    leaf = tree.leaf_hash(closing)
    root = tree.root_from_inclusion(last["index"], heads[0].size, leaf, hashes)
    return (
        all(notes.holds(key, head.text, head.signatures[0][2]) for head in heads)
        and parse_closing(closing)[0] == heads[0].origin == heads[1].origin
        and root == heads[0].root
        and heads[1].size > last["index"] + 1
    )


def package(pages):
    findings = Findings()
    packed = bytes.fromhex("".join(example(pages["package.md"], "zip").split()))
    files = open_container(packed, findings)
    manifest = {"v": 1, "case": "AAECAwQFBgcICQoLDA0ODw", "files": records(files, [])}
    made = print_canonical(manifest).decode()
    return not findings.flaws and made == example(pages["package.md"], "manifest").strip()


def anchored(pages):
    page = pages["anchor.md"]
    anchor = parse_anchor(example(page, "anchor").strip().encode())
    head = notes.parse_checkpoint(anchor.checkpoint)
    header = proved(anchor, head)
    key = log_key(pages)
    ((_, _, value),) = head.signatures
    return (
        keccak256(head.origin.encode()).hex() == example(page, "anchor log").strip()
        and slot_of(head).hex() == example(page, "anchor slot").strip()
        and header.hash.hex() == example(page, "anchor block").strip()
        and notes.holds(key, head.text, value)
    )


def attested(pages):
    page = pages["entry.md"]
    der = from_base64(example(page, "gateway key").strip())
    said = parse_canonical(example(page, "attestation").strip().encode())
    return attestation.holds(said, der)


def entry(pages):
    data = example(pages["entry.md"], "entry").strip().encode()
    parsed = parse_entry(data)
    actor = notes.parse_vkey(example(pages["entry.md"], "actor vkey").strip())
    stated = example(pages["entry.md"], "leaf hash").strip()
    return is_signed(parsed, actor) and tree.leaf_hash(data).hex() == stated


def batched(pages):
    page = pages["entry.md"]
    source = parse_canonical(example(page, "batched source").strip().encode())
    fields = {"金额": "200.00"}
    said = {"v": 1, "deposit": "loan-7", "item": "r2", "schema": "repayment@1", "fields": fields}
    record = completeness.SOURCE_PREFIX + print_canonical(said)
    leaf = completeness.source_leaf(source["batch"]["blind"], record)
    message = completeness.batch_message(source["batch"], record)
    return (
        leaf.decode() == json.loads(example(page, "source leaf"))
        and tree.leaf_hash(leaf).hex() == example(page, "source leaf hash").strip()
        and message.decode() == json.loads(example(page, "batch message"))
        and completeness.source_holds(source, message)
    )


def journal(pages):
    lines = example(pages["access-journal.md"], "journal lines").encode().splitlines()
    rows = [parse_canonical(line) for line in lines]
    numbers = [row["number"] for row in rows]
    told = parse_canonical(example(pages["access-journal.md"], "journal statement").strip().encode())
    root = tree.root_of([tree.leaf_hash(line) for line in lines])
    own = {"v": 1, "seq": 1, "count": len(rows), "first": numbers[0], "last": numbers[-1]}
    return told == own | {"root": base64_text(root)} and all(row["v"] == 1 for row in rows)


CHECKS = {
    "access-journal.md: batch": journal,
    "log.md: leaf hashes": leaves,
    "log.md: root": root,
    "log.md: bundle": bundle,
    "log.md: checkpoint and cosignature": checkpoint,
    "log.md: proof": proof,
    "log.md, witness.md: consistency": consistency,
    "log.md: policy": policy,
    "log.md: promise": promise,
    "log.md: overrun": overrun,
    "witness.md: ml-dsa message": ml_dsa_message,
    "disclosure.md": disclosure,
    "check-phrase.md": check_phrase,
    "package.md: preservation number": preservation_number,
    "twin.md: root": twin_root,
    "twin.md: signature": twin_signature,
    "twin.md: shards": shards,
    "entry.md: entry": entry,
    "entry.md: attestation": attested,
    "entry.md: record in a batch": batched,
    "package.md: zip and manifest": package,
    "anchor.md: anchor": anchored,
}
