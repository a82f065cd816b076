"""Canonical JSON (RFC 8785): what does not print back to the same bytes is refused."""

import json
import math


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


def print_canonical(value):
    try:
        return "".join(pieces(value)).encode("utf-8")
    except UnicodeEncodeError as error:
        raise Malformed("half a surrogate pair") from error


def pieces(value):
    if isinstance(value, dict):
        yield "{"
        for at, name in enumerate(sorted(value, key=utf16)):
            yield ("," if at else "") + quoted(name) + ":"
            yield from pieces(value[name])
        yield "}"
    elif isinstance(value, list):
        yield "["
        for at, item in enumerate(value):
            if at:
                yield ","
            yield from pieces(item)
        yield "]"
    elif isinstance(value, str):
        yield quoted(value)
    elif isinstance(value, float) or is_beyond_integers(value):
        yield number(float(value))
    else:
        yield json.dumps(value)


def is_beyond_integers(value):
    """Numbers are IEEE 754 doubles: from 2^53 on a whole number is printed as one of those."""
    return isinstance(value, int) and abs(value) > 2**53


def utf16(text):
    """RFC 8785 section 3.2.3 sorts by UTF-16 code units."""
    return text.encode("utf-16-be", "surrogatepass")


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def number(value):
    """ECMA-262 Number::toString, which RFC 8785 section 3.2.2.3 prescribes."""
    if not math.isfinite(value):
        raise Malformed("a number beyond JSON")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    # Python and ECMA-262 agree on the shortest figures and differ in where the point stands.
    mantissa, _, power = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    figures = (whole + fraction).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + fraction) - len(figures))
    figures = figures.rstrip("0")
    if len(figures) <= point <= 21:
        return sign + figures + "0" * (point - len(figures))
    if 0 < point <= 21:
        return f"{sign}{figures[:point]}.{figures[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{figures}"
    rest = "." + figures[1:] if len(figures) > 1 else ""
    return f"{sign}{figures[0]}{rest}e{point - 1:+d}"
