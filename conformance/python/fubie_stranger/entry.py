"""One entry in its only form, docs/specs/entry.md, and what is opened of it."""

import re
from datetime import datetime, timedelta, timezone

from .canonical import Malformed, parse_canonical
from .digests import base64_text, base64url_text, from_base64, from_base64url, sha256, sm3

ENTRY_BYTES_MAX = 65_535
ENCODED_LETTERS_MAX = 49_152
NAME_UNITS_MAX = 64
SALT_BYTES = 16

FIRST_TYPES = frozenset(
    """
case.opened application.received capture.stored session.handed_over identity.checked consent.signed
credit.queried risk.decided sheet.confirmed document.drafted reading.completed clause.confirmed
intent.confirmed certificate.issued seal.intended seal.done attempt.void note.confirmed
payment.authorised disbursed repaid case.sealed erased policy.adopted decision.reviewed
value.corrected consent.withdrawn processing.restricted rights.requested rights.answered hold.placed
hold.lifted tenant.opened tenant.closed access.journal staff.changed client.changed approval.given
unmask.granted breakglass.opened breakglass.reviewed retention.executed epoch.turned backup.made
restored
""".split()
)
SECOND_TYPES = frozenset(
    """
schema.approved deposit.opened deposit.item deposit.file slot.added slot.absent case.closed
statement.received originals.checked log.twinned document.raised
""".split()
)
THIRD_TYPES = frozenset(
    """
right.created right.pledged right.released right.assigned right.settled opinion.received
breach.recorded breach.told seal.managed
""".split()
)
# Version 4 says one type anew: a record whose source signed a batch.
BATCHED = 4
FOURTH_TYPES = frozenset(["deposit.item"])
TYPES = (FIRST_TYPES, SECOND_TYPES, THIRD_TYPES, FOURTH_TYPES)
MEMBERS = frozenset("v type case seq prev at clock by env _sd _sd3 of sig".split())
OPTIONAL = frozenset(["att", "refs"])
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}\+08:00")
WORD = re.compile(r"[!-~]{1,120}")
REF = re.compile(r"[a-z][a-z0-9._-]{0,63}")
COMMITMENTS_MAX, ORIGINALS_MAX, REFS_MAX, LETTERS_MAX = 256, 64, 16, 120


NOTHING_STATED = {"of": [], "_sd": [], "_sd3": [], "env": base64_text(bytes(32))}


class VersionUnknown(Exception):
    """A newer program wrote it: what it states is not judged."""


def parse_newer(data):
    """An entry of a newer program: what every version keeps, as if it stated nothing."""
    entry = parse_canonical(data)
    if not isinstance(entry.get("type"), str) or not WORD.fullmatch(entry["type"]):
        raise Malformed("type is a word")
    require_place(entry)
    return {**entry, **NOTHING_STATED, "type": "", "refs": {}}


def parse_entry(data):
    if not 1 <= len(data) <= ENTRY_BYTES_MAX:
        raise Malformed(f"an entry of {len(data)} bytes")
    entry = parse_canonical(data)
    if not isinstance(entry, dict):
        raise Malformed("an entry is an object")
    version = entry.get("v")
    if type(version) is int and version > len(TYPES):
        raise VersionUnknown(f"version {version}")
    if type(version) is not int or version < 1:
        raise Malformed(f"version {version!r}")
    if set(entry) - OPTIONAL != MEMBERS:
        raise Malformed(f"members {sorted(set(entry) ^ MEMBERS)}")
    if entry["type"] not in TYPES[version - 1]:
        raise Malformed(f"type {entry['type']!r} in version {version}")
    require_place(entry)
    require_source(entry)
    require_commitments(entry["_sd"], entry["_sd3"])
    require_originals(entry["of"])
    if "refs" in entry:
        require_refs(entry["refs"])
    return entry


def require_source(entry):
    from_base64(entry["env"], 32)
    if not isinstance(entry["clock"], str) or not WORD.fullmatch(entry["clock"]):
        raise Malformed("clock is a word")


def require_place(entry):
    """The members that all versions spell alike."""
    if missing := {"case", "seq", "prev", "at", "by", "sig"} - set(entry):
        raise Malformed(f"without {sorted(missing)}")
    from_base64url(entry["case"], 16)
    from_base64(entry["sig"], 64)
    if not is_count(entry["seq"]):
        raise Malformed("seq is a whole number")
    if (entry["prev"] is None) != (entry["seq"] == 0):
        raise Malformed("prev is null for entry 0 only")
    if entry["prev"] is not None:
        from_base64(entry["prev"], 32)
    if not isinstance(entry["by"], str) or not WORD.fullmatch(entry["by"]):
        raise Malformed("by is a word")
    instant(entry["at"])


def require_commitments(first, second):
    for digests in (first, second):
        if not isinstance(digests, list) or len(digests) > COMMITMENTS_MAX:
            raise Malformed("commitments are a list of at most 256")
        for text in digests:
            from_base64url(text, 32)
        if digests != sorted(set(digests)):
            raise Malformed("commitments are sorted, each once")
    if len(first) != len(second):
        raise Malformed("as many commitments under SM3 as under SHA-256")


def require_originals(originals):
    if not isinstance(originals, list) or len(originals) > ORIGINALS_MAX:
        raise Malformed("of is a list of at most 64")
    for one in originals:
        if not isinstance(one, dict) or set(one) != {"name", "bytes", "sha256", "sm3"}:
            raise Malformed("an original has name, bytes, sha256, sm3")
        name = one["name"]
        if not isinstance(name, str) or not 1 <= utf16_units(name) <= LETTERS_MAX:
            raise Malformed("an original has a name of at most 120 UTF-16 units")
        if not is_count(one["bytes"]):
            raise Malformed("an original's length")
        from_base64(one["sha256"], 32)
        from_base64(one["sm3"], 32)
    if len({one["name"] for one in originals}) != len(originals):
        raise Malformed("two originals with one name")


def require_refs(refs):
    if not isinstance(refs, dict) or not 1 <= len(refs) <= REFS_MAX:
        raise Malformed("refs are 1 to 16")
    for name, digest in refs.items():
        if not REF.fullmatch(name):
            raise Malformed(f"no name of a reference: {name!r}")
        from_base64(digest, 32)


def is_count(value):
    return type(value) is int and value >= 0


def instant(text):
    """Milliseconds since 1970 of the only spelling of a time."""
    if not isinstance(text, str) or not TIME.fullmatch(text):
        raise Malformed(f"no time: {text!r}")
    try:
        moment = datetime.strptime(text[:23], "%Y-%m-%dT%H:%M:%S.%f")
    except ValueError as error:
        raise Malformed(f"no time: {text!r}") from error
    zone = timezone(timedelta(hours=8))
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
    return round((moment.replace(tzinfo=zone) - epoch) / timedelta(milliseconds=1))


def parse_disclosures(data):
    """The encoded texts of a file `disclosures/NNNN.json`, and the values by name."""
    texts = parse_canonical(data)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Malformed("a list of disclosures")
    if texts != sorted(set(texts)):
        raise Malformed("disclosures are sorted, each once")
    values = {}
    for text in texts:
        name, value = parse_disclosure(text)
        if name in values:
            raise Malformed(f"{name} is opened twice")
        values[name] = value
    return texts, values


def parse_disclosure(encoded):
    if not isinstance(encoded, str) or len(encoded) > ENCODED_LETTERS_MAX:
        raise Malformed("a disclosure is a text of at most 49,152 letters")
    parts = parse_canonical(from_base64url(encoded))
    if not isinstance(parts, list) or len(parts) != 3:
        raise Malformed("salt, name, value")
    salt, name, value = parts
    from_base64url(salt, SALT_BYTES)
    units = utf16_units(name) if isinstance(name, str) else 0
    if not 1 <= units <= NAME_UNITS_MAX or name in ("_sd", "..."):
        raise Malformed(f"no name of a disclosure: {name!r}")
    return name, value


def utf16_units(text):
    return len(text.encode("utf-16-le")) // 2


def commitments(encoded):
    raw = encoded.encode("ascii")
    return base64url_text(sha256(raw)), base64url_text(sm3(raw))
