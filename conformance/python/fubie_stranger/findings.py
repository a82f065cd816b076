"""What a judgement finds: flaws by code, place and detail, and the verdict that follows from
them."""

from dataclasses import dataclass, field

# The codes of docs/specs/verification.md, "Codes", under which nothing is proved false: material is
# missing. Every other flaw makes the file invalid.
OPEN = frozenset(
    """
resource_limit package_form_unknown entry_version_unknown password_missing content_missing file_uncovered
signer_certificate_missing algorithm_not_supported chain_not_found certificate_out_of_time
revoked_without_proof authority_revoked_without_proof revocation_not_known algorithm_outdated
stamps_out_of_order trust_missing trust_malformed applicant_not_shown paper_not_shown
intent_not_shown
time_not_proved later_than_judged
""".split()
)


NEWER = "entry_version_unknown"


@dataclass(frozen=True)
class Flaw:
    code: str
    part: str
    detail: str


@dataclass
class Findings:
    flaws: list = field(default_factory=list)
    notices: list = field(default_factory=list)
    silences: list = field(default_factory=list)
    """Flaws that say only that no entry states something."""

    def flaw(self, code, part, detail=""):
        found = Flaw(code, part, str(detail))
        if found not in self.flaws:
            self.flaws.append(found)

    def unstated(self, code, part, detail=""):
        self.flaw(code, part, detail)
        self.silences.append(Flaw(code, part, str(detail)))

    def open_unstated(self):
        """An entry that was not read may state what no other does."""
        if not any(flaw.code == NEWER for flaw in self.flaws):
            return
        silent = [flaw for flaw in self.flaws if flaw in self.silences]
        self.flaws = [flaw for flaw in self.flaws if flaw not in silent]
        for flaw in silent:
            self.flaw(NEWER, flaw.part, f"{flaw.code}: {flaw.detail}")

    def notice(self, text):
        if text not in self.notices:
            self.notices.append(text)

    @property
    def verdict(self):
        if any(flaw.code not in OPEN for flaw in self.flaws):
            return "invalid"
        return "indeterminate" if self.flaws else "valid"
