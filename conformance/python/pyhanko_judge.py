"""pyHanko judges every signature of a PDF as ETSI EN 319 102-1 5.6.3 does: signatures with long-term
availability and integrity of validation material. Nothing is fetched; the trust folder holds root.pem
and today's revocation lists. One line for each signature: its field, accepted or refused, why."""
import asyncio
import glob
import sys

from asn1crypto import algos, crl, pem, x509
from cryptography.exceptions import UnsupportedAlgorithm
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer


# Its library computes SM3 but does not know the name of the OID (GM/T 0006): without this line one
# signature with SM3 keeps it from judging the others of the file. SM2 itself it does not know.
algos.DigestAlgorithmId._map["1.2.156.10197.1.401"] = "sm3"


def certificate(path):
    with open(path, "rb") as file:
        return x509.Certificate.load(pem.unarmor(file.read())[2])


def revocation_list(path):
    with open(path, "rb") as file:
        return CRLContainer(crl.CertificateList.load(file.read()))


async def judge(name, folder):
    lists = [revocation_list(path) for path in sorted(glob.glob(f"{folder}/*.crl"))]
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[certificate(f"{folder}/root.pem")]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    spec = SignatureValidationSpec(
        cert_validation_policy=policy,
        revinfo_gathering_policy=RevocationInfoGatheringSpec(
            online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
        ),
        local_knowledge=LocalKnowledge(known_crls=lists),
    )
    with open(name, "rb") as file:
        for signature in PdfFileReader(file).embedded_regular_signatures:
            try:
                result = await ades_lta_validation(signature, PdfSignatureValidationSpec(spec))
                indication = str(result.ades_subindic)
                good = indication == "AdESPassed.OK"
                why = indication if good else f"{indication} {result.failure_msg or ''}"
            except UnsupportedAlgorithm as error:
                print(signature.field_name, "skipped", "knows no SM2:", error)
                continue
            except Exception as error:  # whatever stops a judge is what it says
                good, why = False, f"{type(error).__name__}: {error}"
            print(signature.field_name, "accepted" if good else "refused", " ".join(why.split()))


if sys.argv[1] != "--here":
    asyncio.run(judge(sys.argv[1], sys.argv[2]))
