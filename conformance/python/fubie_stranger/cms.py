"""The mathematics of one signature and of its time-stamp (RFC 5652, RFC 3161), and its path to
`ca.pem`."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from . import der, pdf
from .canonical import Malformed
from .digests import digest, sha256

EVENT_SECONDS_MAX = 600
CLAIM_MAX = timedelta(days=1)
ACCURACY_MS_MAX = 60_000
NO_REVOCATION = x509.ObjectIdentifier("2.5.29.56")
SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATE = der.oid("1.2.840.113549.1.9.16.2.47")
TOKEN = der.oid("1.2.840.113549.1.9.16.2.14")
STAMP_INFO = der.oid("1.2.840.113549.1.9.16.1.4")
SHA256 = der.oid("2.16.840.1.101.3.4.2.1")
IMPRINTS = {
    SHA256: hashes.SHA256,
    der.oid("2.16.840.1.101.3.4.2.2"): hashes.SHA384,
    der.oid("2.16.840.1.101.3.4.2.3"): hashes.SHA512,
    der.oid("1.2.156.10197.1.401"): hashes.SM3,
}


class Flawed(Exception):
    """One code and why."""

    def __init__(self, code, detail=""):
        super().__init__(code, detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Message:
    """A SignedData with one signer (RFC 5652 section 5.1, 5.3)."""

    content_type: bytes
    content: bytes
    certificates: tuple
    signer_id: bytes
    attributes: bytes
    """The signed ones, as they stand on the wire."""
    signature: bytes
    unsigned: tuple


@dataclass(frozen=True)
class Signature:
    certificate: x509.Certificate
    token: bytes
    stamped: datetime

    @property
    def key(self):
        return spki_of(self.certificate)

    @property
    def certificate_der(self):
        return self.certificate.public_bytes(Encoding.DER)


def judge(cut, trust):
    """One signature against its content, its stamp and the two authorities of the folder."""
    message = open_message(read_contents(cut.contents))
    if len(message.certificates) != 1 or len(message.unsigned) != 1:
        raise Flawed("cms_not_strict", "one certificate and one time-stamp, nothing else")
    certificate = certificate_of(message)
    check_message(message, certificate, cut.content)
    token = stamp_of(message)
    time = check_token(token, message.signature, trust.clock)
    check_path(certificate, time, trust.authority)
    check_claims(cut.dictionary, certificate, time)
    return Signature(certificate, token, time)


def check_claims(dictionary, certificate, time):
    """What a viewer prints beside the certificate's name and the stamp's time says no other."""
    name = pdf.claimed(dictionary, b"Name")
    own = (common_name(certificate), subject(certificate, NameOID.ORGANIZATION_NAME))
    if name is not None and name not in own:
        raise Flawed("contents_not_strict", f"/Name {name}")
    if any(pdf.claimed(dictionary, key) is not None for key in (b"Reason", b"Location")):
        raise Flawed("contents_not_strict", "/Reason or /Location")
    stated = pdf.claimed(dictionary, b"M")
    if stated is None:
        return
    try:
        moment = datetime.strptime(stated.replace("'", ""), "D:%Y%m%d%H%M%S%z")
    except ValueError as error:
        raise Flawed("contents_not_strict", f"/M {stated}") from error
    if abs(moment - time) > CLAIM_MAX:
        raise Flawed("contents_not_strict", f"/M {stated}")


def read_contents(contents):
    """The DER in front of the zeroes with which /Contents is filled up."""
    try:
        header, length = der.header_of(contents)
    except Malformed as error:
        raise Flawed("cms_malformed", error) from error
    size = header + length
    if contents[size:].strip(b"\x00"):
        raise Flawed("contents_not_strict", "something behind the message")
    return contents[:size]


def open_message(data):
    try:
        kind, explicit = der.element(data).parts
        (signed,) = explicit.parts
        _, _, encapsulated, *optional, signers = signed.parts
        (signer,) = signers.parts
        _, signer_id, _, attributes, _, signature, *unsigned = signer.parts
        content_type, *content = encapsulated.parts
        held = [one for one in optional if one.tag == 0xA0]
        if kind.body != SIGNED_DATA or attributes.tag != 0xA0:
            raise Malformed("no signed data with signed attributes")
        return Message(
            content_type.body,
            content[0].parts[0].body if content else b"",
            tuple(one.whole for one in held[0].parts) if held else (),
            signer_id.body,
            attributes.whole,
            signature.body,
            unsigned[0].parts if unsigned else (),
        )
    except (Malformed, ValueError, IndexError) as error:
        raise Flawed("cms_malformed", error) from error


def certificate_of(message):
    """The certificate that issuer and serial number name (RFC 5652 section 10.2.4)."""
    for data in message.certificates:
        fields = der.element(data).parts[0].parts
        start = 1 if fields[0].tag == 0xA0 else 0
        if fields[start + 2].whole + fields[start].whole == message.signer_id:
            try:
                return x509.load_der_x509_certificate(data)
            except ValueError as error:
                raise Flawed("certificate_malformed", error) from error
    raise Flawed("signer_certificate_differs", "the named certificate is not there")


def attribute(attributes, kind):
    """The one value of the one attribute of this kind."""
    values = [one.parts[1].parts for one in attributes if one.parts[0].body == kind]
    return values[0][0] if len(values) == 1 and len(values[0]) == 1 else None


def check_message(message, certificate, content):
    """messageDigest, signing-certificate-v2, and the value over the DER of the signed
    attributes."""
    attributes = der.element(message.attributes).parts
    stated = attribute(attributes, MESSAGE_DIGEST)
    if stated is None or stated.body != sha256(content):
        raise Flawed("digest_differs", "not the digest of what is signed")
    bound = attribute(attributes, SIGNING_CERTIFICATE)
    try:
        # RFC 5035 section 3: certs, the first, its hash; SHA-256 is the default and left out.
        digest = bound.parts[0].parts[0].parts[0].body
    except (AttributeError, IndexError) as error:
        raise Flawed("signer_certificate_differs", "no certificate is bound") from error
    if digest != sha256(certificate.public_bytes(Encoding.DER)):
        raise Flawed("signer_certificate_differs", "another certificate is bound")
    # RFC 5652 section 5.4: [0] on the wire, signed as a SET.
    if not verifies(certificate, message.signature, bytes([der.SET]) + message.attributes[1:]):
        raise Flawed("signature_wrong", "the value does not hold")


def verifies(certificate, signature, message):
    try:
        certificate.public_key().verify(signature, message, ec.ECDSA(hashes.SHA256()))
        return True
    except (InvalidSignature, ValueError, TypeError):
        return False


def stamp_of(message):
    token = attribute(message.unsigned, TOKEN)
    if token is None:
        raise Flawed("stamp_missing", "no time-stamp")
    return token.whole


def check_token(token, value, clock, algorithm=SHA256):
    """RFC 3161: over `value`, by the certificate of `tsa.pem`. Its time."""
    if clock is None:
        raise Flawed("trust_missing", "no tsa.pem")
    try:
        message = open_message(token)
        _, _, imprint, _, time, *more = der.element(message.content).parts
        stated_algorithm, hashed = imprint.parts
        stated = time_of(time.body.decode("ascii"))
        if message.content_type != STAMP_INFO or stated_algorithm.parts[0].body != algorithm:
            raise Malformed("no TSTInfo, or an imprint by another hash")
    except (Flawed, Malformed, ValueError, IndexError) as error:
        raise Flawed("stamp_malformed", error) from error
    if accuracy_ms(more) > ACCURACY_MS_MAX:
        raise Flawed("stamp_wrong", "a clock that may be off by more than a minute")
    if any(one != clock.public_bytes(Encoding.DER) for one in message.certificates):
        raise Flawed("stamp_wrong", "another certificate than that of tsa.pem")
    if hashed.body != digest(IMPRINTS[algorithm](), value):
        raise Flawed("stamp_wrong", "the imprint of something else")
    try:
        check_message(message, clock, message.content)
    except Flawed as error:
        untrusted = error.code == "signer_certificate_differs"
        raise Flawed("stamp_untrusted" if untrusted else "stamp_wrong", error.detail) from error
    if not clock.not_valid_before_utc <= stated <= clock.not_valid_after_utc:
        raise Flawed("stamped_outside_certificate", stated)
    return stated


def accuracy_ms(more):
    """Seconds, then [0] milliseconds and [1] microseconds (RFC 3161 section 2.4.2)."""
    scale = {2: 1000, 0x80: 1, 0x81: 0.001}
    held = next((one for one in more if one.tag == 0x30), None)
    parts = held.parts if held is not None else ()
    return sum(int.from_bytes(one.body, "big") * scale.get(one.tag, 0) for one in parts)


def stamped_at(token):
    """The time of a token that was checked."""
    _, _, _, _, time, *_ = der.element(open_message(token).content).parts
    return time_of(time.body.decode("ascii"))


def time_of(text):
    """GeneralizedTime with or without a fraction, always in UTC."""
    shape = "%Y%m%d%H%M%S.%fZ" if "." in text else "%Y%m%d%H%M%SZ"
    return datetime.strptime(text, shape).replace(tzinfo=timezone.utc)


def check_path(certificate, time, authority):
    if authority is None:
        raise Flawed("trust_missing", "no ca.pem")
    issued = certificate.issuer == authority.subject and verifies(
        authority, certificate.signature, certificate.tbs_certificate_bytes
    )
    if not issued or extension(certificate, x509.BasicConstraints, "ca"):
        raise Flawed("chain_broken", "not issued by ca.pem")
    usage = x509.KeyUsage
    if not (
        extension(certificate, usage, "digital_signature")
        or extension(certificate, usage, "content_commitment")
    ):
        raise Flawed("certificate_not_for_signing")
    if time < certificate.not_valid_before_utc:
        raise Flawed("certificate_not_yet_valid", time)
    if time > certificate.not_valid_after_utc:
        raise Flawed("signed_after_expiry", time)
    life = (certificate.not_valid_after_utc - certificate.not_valid_before_utc).total_seconds()
    if is_event(certificate) and life > EVENT_SECONDS_MAX:
        raise Flawed("certificate_not_for_signing", f"an event of {life} seconds")


def extension(certificate, kind, member):
    try:
        return getattr(certificate.extensions.get_extension_for_class(kind).value, member)
    except x509.ExtensionNotFound:
        return False


def is_event(certificate):
    """RFC 9608: nobody will ever be told of its revocation."""
    return any(one.oid == NO_REVOCATION for one in certificate.extensions)


def spki_of(certificate):
    """DER SubjectPublicKeyInfo."""
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def subject(certificate, oid):
    """The one value of this attribute in the subject, or None."""
    found = certificate.subject.get_attributes_for_oid(oid)
    return found[0].value if len(found) == 1 else None


def common_name(certificate):
    return subject(certificate, NameOID.COMMON_NAME)


def serial_number(certificate):
    """X.520 2.5.4.5: in an event certificate the intent it was issued on."""
    return subject(certificate, NameOID.SERIAL_NUMBER)


def read_list(data, authority):
    """When a revocation list was made, and the day of each serial; None if `ca.pem` did not
    sign it."""
    try:
        found = x509.load_der_x509_crl(data)
    except ValueError as error:
        raise Malformed(str(error)) from error
    if not verifies(authority, found.signature, found.tbs_certlist_bytes):
        return None
    revoked = {one.serial_number: one.revocation_date_utc for one in found}
    return found.last_update_utc, revoked
