"""What this verifier needs of a PDF: its revisions, where signatures are, the data attached to it.

It reads no objects as a viewer does. Whether later revisions only add what they may, and what a
page
shows, is judged by others (verification.md, "PDF"); the package's verdict says so.
"""

import re
import zlib
from dataclasses import dataclass

from .canonical import Malformed, parse_canonical

ATTACHED_BYTES_MAX = 16 * 1024 * 1024
RANGE = re.compile(rb"/ByteRange \[0 (\d{1,9}) (\d{1,9}) (\d{1,9})\]")
END = re.compile(rb"startxref\s+\d{1,12}\s+%%EOF\r?\n?")


@dataclass(frozen=True)
class Cut:
    """One signature as it stands in the file."""

    field: str
    content: bytes
    contents: bytes
    """The CMS with the zeroes behind it."""
    before: int
    """Where the revision before this signature ends."""
    end: int
    is_stamp: bool
    """A document time-stamp (ETSI.RFC3161), laid over a document to carry it on."""
    dictionary: bytes
    """The signature's own, but for /Contents."""


def revision_ends(data):
    return [found.end() for found in END.finditer(data)]


def signatures(data):
    """The signatures, oldest first. The gap of each is exactly its /Contents."""
    ends, cuts = revision_ends(data), []
    fields = dict(fields_in(data))
    for found in RANGE.finditer(data):
        start, behind, rest = (int(number) for number in found.groups())
        end = behind + rest
        gap = data[start:behind]
        if end not in ends or not re.fullmatch(rb"<[0-9a-f]+>", gap) or len(gap) % 2:
            raise Malformed("a byte range that does not end a revision, or whose gap is no hex")
        front, _, dictionary = data[: found.start()].rpartition(b" 0 obj")
        number = front.rsplit(b"\n", 1)[-1]
        before = max([one for one in ends if one < end], default=0)
        cuts.append(
            Cut(
                fields.get(number, "?"),
                data[:start] + data[behind:end],
                bytes.fromhex(gap[1:-1].decode()),
                before,
                end,
                b"/ETSI.RFC3161" in dictionary,
                dictionary + data[behind : data.find(b"endobj", behind)],
            )
        )
    return sorted(cuts, key=lambda cut: cut.end)


TEXT = rb"\s*(<[0-9A-Fa-f\s]*>|\((?:[^()\\]|\\.)*\))"


def claimed(dictionary, key):
    """The text of this key of a dictionary, or None."""
    found = re.search(rb"/" + key + TEXT, dictionary, re.DOTALL)
    return None if found is None else decoded(found[1])


def decoded(value):
    if value.startswith(b"<"):
        data = bytes.fromhex(value[1:-1].decode())
    else:
        data = re.sub(rb"\\([0-7]{1,3}|.)", unescaped, value[1:-1], flags=re.DOTALL)
    return data[2:].decode("utf-16-be") if data.startswith(b"\xfe\xff") else data.decode("latin-1")


def unescaped(found):
    code = found[1]
    if code.isdigit():
        return bytes([int(code, 8) & 0xFF])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(code, code)


def fields_in(data):
    """Number of the signature dictionary and name, for each signed field."""
    for widget in data.split(b"/FT /Sig")[1:]:
        rest = widget[: widget.find(b"endobj")]
        name, value = re.search(rb"/T \(([a-z0-9-]+)\)", rest), re.search(rb"/V (\d+) 0 R", rest)
        if name is not None and value is not None:
            yield value[1], name[1].decode()


def attached(data):
    """The one attached `data.json`, as it stood in the first revision that has one."""
    require_one_name(data[: (revision_ends(data) or [len(data)])[0]])
    mark = data.find(b"/EmbeddedFile")
    while mark >= 0:
        start = data.rfind(b" obj", 0, mark)
        behind = data.find(b"stream", mark)
        length = re.search(rb"/Length (\d{1,9})\b(?! \d+ R)", data[start:behind])
        if length is not None and b"endobj" not in data[start:behind]:
            return parse_canonical(stream(data[start:], behind - start, int(length[1])))
        mark = data.find(b"/EmbeddedFile", mark + 1)
    return None


def require_one_name(data):
    """One file specification, whose names are one and whose streams are one."""
    found = [one for one in data.split(b"endobj") if re.search(rb"/EF\s*<<", one)]
    if len(found) > 1:
        raise Malformed("more than one attached file")
    for one in found:
        streams = re.search(rb"/EF\s*<<(.*?)>>", one, re.DOTALL)[1]
        of_tree = re.search(rb"/EmbeddedFiles\s*<<\s*(/Names)\s*\[" + TEXT, data, re.DOTALL)
        names = {claimed(one, b"F"), claimed(one, b"UF")}
        names |= {decoded(of_tree[2])} if of_tree else set()
        if len(set(re.findall(rb"(\d+) 0 R", streams))) > 1 or len(names - {None}) > 1:
            raise Malformed("an attached file with two names or two streams")


def stream(data, at, length):
    """ISO 32000-1 section 7.3.8: the keyword ends with a line feed, with or without a return
    before."""
    line = re.match(rb"stream\r?\n", data[at : at + 8])
    if line is None:
        raise Malformed("no stream behind the dictionary of the attached data")
    body = data[at + line.end() : at + line.end() + length]
    if b"/FlateDecode" not in data[:at]:
        return body
    try:
        return zlib.decompressobj().decompress(body, ATTACHED_BYTES_MAX)
    except zlib.error as error:
        raise Malformed(f"the attached data: {error}") from error
