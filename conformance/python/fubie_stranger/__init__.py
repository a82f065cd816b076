"""A second verifier of Fubie's evidence packages, written from docs/specs/ alone.

It shares no line with src/: where the two disagree, one of them or the pages are wrong. Numbers in
brackets are the steps of docs/specs/verification.md, "A package".
"""
