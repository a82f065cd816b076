"""Canonical JSON (RFC 8785) with whole numbers: what does not print back to the same bytes is
refused."""

import json

INTEGER_MAX = 2**53 - 1
DEPTH_MAX = 32


class Malformed(Exception):
    """What was read is not in the one spelling that the pages allow."""


def without_repetition(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise Malformed("a name stands twice in an object")
    return dict(pairs)


def refuse_constant(word):
    raise Malformed(f"{word} is no JSON")


def parse_json(data):
    try:
        text = data.decode("utf-8")
        return json.loads(
            text, object_pairs_hook=without_repetition, parse_constant=refuse_constant
        )
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Malformed(f"no JSON: {error}") from error


def parse_canonical(data):
    value = parse_json(data)
    if print_canonical(value) != data:
        raise Malformed("not the canonical spelling")
    return value


def parse_loose(data):
    """JSON as people write it: of two members with one name the last counts."""
    try:
        return json.loads(data.decode("utf-8"), parse_constant=refuse_constant)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Malformed(f"no JSON: {error}") from error


def print_canonical(value):
    try:
        return "".join(pieces(value, 0)).encode("utf-8")
    except UnicodeEncodeError as error:
        raise Malformed("half a surrogate pair") from error


def pieces(value, depth):
    if depth > DEPTH_MAX:
        raise Malformed("deeper than 32")
    if isinstance(value, dict):
        yield "{"
        for at, name in enumerate(sorted(value, key=utf16)):
            yield ("," if at else "") + quoted(name) + ":"
            yield from pieces(value[name], depth + 1)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for at, item in enumerate(value):
            if at:
                yield ","
            yield from pieces(item, depth + 1)
        yield "]"
    elif isinstance(value, str):
        yield quoted(value)
    elif isinstance(value, float) or (isinstance(value, int) and abs(value) > INTEGER_MAX):
        raise Malformed(f"{value} is no whole number below 2^53")
    else:
        yield json.dumps(value)


def utf16(text):
    """RFC 8785 section 3.2.3 sorts by UTF-16 code units."""
    return text.encode("utf-16-be", "surrogatepass")


def quoted(text):
    return json.dumps(text, ensure_ascii=False)
