"""`python -m fubie_stranger --trust PLACE FILE…`: one line a file, then its flaws and what was
not judged.

Exit 0 if every file is valid, 1 if one is not, 2 if nothing could be judged. PLACE is a trust
folder, or
one JSON object of path to base64. With `--json` each file's answer is one line of JSON. With
`--examples FOLDER` the examples of the pages themselves are computed again.
"""

import argparse
import json
import sys

from .examples import judge_examples
from .findings import Findings
from .package import judge_package
from .trust import Trust, read_files


def main():
    options = argparse.ArgumentParser(prog="fubie_stranger")
    options.add_argument("--trust")
    options.add_argument("--json", action="store_true")
    options.add_argument("--examples", metavar="FOLDER")
    options.add_argument("files", nargs="*")
    asked = options.parse_args()
    if asked.examples is not None:
        return judge_examples(asked.examples)
    if asked.trust is None or not asked.files:
        options.print_usage(sys.stderr)
        return 2
    trust = Trust(read_files(asked.trust))
    verdicts = [judge(path, trust, asked.json) for path in asked.files]
    return 0 if all(verdict == "valid" for verdict in verdicts) else 1


def judge(path, trust, as_json):
    with open(path, "rb") as file:
        data = file.read()
    findings = Findings()
    judge_package(data, trust, findings)
    if as_json:
        flaws = [vars(flaw) for flaw in findings.flaws]
        print(
            json.dumps(
                {"file": path, "is": findings.verdict, "flaws": flaws, "notices": findings.notices},
                ensure_ascii=False,
            )
        )
        return findings.verdict
    print(path, findings.verdict)
    for flaw in findings.flaws:
        print(f"  {flaw.code}  {flaw.part}  {flaw.detail}")
    for notice in findings.notices:
        print(f"  ({notice})")
    return findings.verdict


sys.exit(main())
