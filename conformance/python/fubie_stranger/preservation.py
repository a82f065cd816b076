"""保全号, docs/specs/package.md: the number under which everything of a case is found."""

import re


def is_preservation_number(text):
    """`FB`, day, fifteen digits, check digit by ISO 7064 MOD 11,10; older ones have ten and
    none."""
    if re.fullmatch(r"FB\d{18}", text):
        return True
    if not re.fullmatch(r"FB\d{24}", text):
        return False
    product = 10
    for digit in text[2:-1]:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(text[-1])
