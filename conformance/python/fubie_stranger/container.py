"""The ZIP of docs/specs/package.md: exactly one spelling for one set of files."""

import re
import struct
import zlib

FILES_MAX = 2_000
BYTES_MAX = 64 * 1024 * 1024
NAME_BYTES_MAX = 100
NAME = re.compile(r"(?:[a-z0-9][a-z0-9-]*/)?[a-z0-9][a-z0-9.-]*")

# APPNOTE 4.3.7, 4.3.12, 4.3.16.
LOCAL = struct.Struct("<4sHHHHHIIIHH")
CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
END = struct.Struct("<4sHHHHIIH")
VERSION = 10
DATE = 0x0021


class NoContainer(Exception):
    """The directory cannot be read: there are no files to speak of."""


def open_container(data, findings):
    """The files by name. Names and sizes come from the central directory; the rest is laid out
    anew."""
    if len(data) > BYTES_MAX:
        findings.flaw("resource_limit", "zip", f"{len(data)} bytes")
        return None
    try:
        records, directory = read_directory(data)
    except NoContainer as error:
        findings.flaw("zip_malformed", "zip", error)
        return None
    if len(records) > FILES_MAX:
        findings.flaw("resource_limit", "zip", f"{len(records)} files")
        return None

    files, place = {}, 0
    for name, size, central_crc in records:
        start = place + LOCAL.size + len(name.encode())
        files[name] = data[start : start + size]
        if len(files[name]) != size:
            findings.flaw("zip_malformed", "zip", f"{name} ends behind the file")
            return None
        local_crc = LOCAL.unpack_from(data, place)[6]
        crc = zlib.crc32(files[name])
        if crc != central_crc and crc != local_crc:
            findings.flaw("file_altered", name, "both checksums differ")
        place = start + size
    if differs(data, records, files, directory):
        findings.flaw("zip_not_strict", "zip", "laid out anew, other bytes come about")
    return files


def read_directory(data):
    if len(data) < END.size:
        raise NoContainer("shorter than an end record")
    mark, _, _, _, count, size, start, _ = END.unpack_from(data, len(data) - END.size)
    if mark != b"PK\x05\x06" or start + size != len(data) - END.size:
        raise NoContainer("no end record at the end")
    records, place = [], start
    for _ in range(count):
        if place + CENTRAL.size > len(data):
            raise NoContainer("the directory ends early")
        fields = CENTRAL.unpack_from(data, place)
        crc, length, name_bytes = fields[7], fields[9], fields[10]
        place += CENTRAL.size
        raw = data[place : place + name_bytes]
        place += name_bytes
        try:
            name = raw.decode("ascii")
        except UnicodeDecodeError as error:
            raise NoContainer("a name is no ASCII") from error
        if fields[0] != b"PK\x01\x02" or len(raw) > NAME_BYTES_MAX or not NAME.fullmatch(name):
            raise NoContainer(f"record or name: {name!r}")
        records.append((name, length, crc))
    names = [name for name, _, _ in records]
    if len(set(names)) != len(names):
        raise NoContainer("a name stands twice")
    return records, start


def differs(data, records, files, directory):
    """Is this any other spelling? Checksums of a file that changed count as they stand."""
    bodies, central, place = [], [], 0
    for name, size, crc in records:
        raw = name.encode()
        local = LOCAL.pack(b"PK\x03\x04", VERSION, 0, 0, 0, DATE, crc, size, size, len(raw), 0)
        bodies.append(local + raw + files[name])
        central.append(
            CENTRAL.pack(
                b"PK\x01\x02",
                VERSION,
                VERSION,
                0,
                0,
                0,
                DATE,
                crc,
                size,
                size,
                len(raw),
                0,
                0,
                0,
                0,
                0,
                place,
            )
            + raw
        )
        place += len(bodies[-1])
    listing = b"".join(central)
    count = len(records)
    end = END.pack(b"PK\x05\x06", 0, 0, count, count, len(listing), place, 0)
    names = [name.encode() for name, _, _ in records]
    return names != sorted(names) or b"".join([*bodies, listing, end]) != data or place != directory
