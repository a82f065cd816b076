"""[7] What the authority's lists say of the keys that signed and stamped here."""

from cryptography import x509

from . import cms
from .canonical import Malformed
from .documents import named


def judge_revocation(files, documents, report, trust, findings):
    """Event certificates die by themselves before anybody could revoke them. Only a list made
    after a signature says that a seal was good: who may choose would choose an earlier one."""
    lists = read_lists(files, trust, findings)
    for document in documents:
        for cut, one in document.signed:
            second = one.stamped.replace(microsecond=0)
            if cms.is_event(one.certificate) or any(made >= second for made, _ in lists):
                continue
            findings.flaw("revocation_missing", part_of(document, cut), "no list made after it")
    clock = trust.clock
    for document in [*documents, report]:
        for cut, one in document.signed:
            own = [clock] if cms.is_event(one.certificate) else [clock, one.certificate]
            judge_used(own, one.stamped, part_of(document, cut), lists, findings)
        for _, token in document.stamps:
            judge_used([clock], cms.stamped_at(token), document.part, lists, findings)


def part_of(document, cut):
    return f"{document.part}#revision {document.cuts.index(cut) + 2}"


def read_lists(files, trust, findings):
    lists = []
    for part in sorted(name for name in files if name.startswith("revocation/")):
        if part != f"revocation/{named(files[part])}.crl":
            findings.flaw("revocation_wrong", part, "not under the digest of its bytes")
        try:
            found = cms.read_list(files[part], trust.authority)
        except Malformed as error:
            findings.flaw("revocation_malformed", part, error)
            continue
        if found is None:
            findings.flaw("revocation_wrong", part, "not signed by ca.pem")
        elif speaks_of_some(files[part]):
            findings.flaw("revocation_wrong", part, "speaks of some certificates only")
        else:
            lists.append(found)
    return lists


def speaks_of_some(data):
    """A list of what changed, of authorities alone or of some reasons is silent about others."""
    partial = (x509.DeltaCRLIndicator, x509.IssuingDistributionPoint)
    return any(
        one.critical or isinstance(one.value, partial)
        for one in x509.load_der_x509_crl(data).extensions
    )


def judge_used(certificates, at, part, lists, findings):
    for certificate in certificates:
        days = [
            day
            for _, revoked in lists
            if (day := revoked.get(certificate.serial_number)) is not None and day <= at
        ]
        if days:
            findings.flaw("certificate_revoked", part, min(days))
