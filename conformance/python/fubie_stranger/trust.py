"""The trust folder of docs/specs/verification.md: who may speak, under which key."""

import base64
import json
import os

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from .canonical import Malformed, parse_canonical, parse_json
from .digests import from_base64
from .notes import COSIGNATURE, PLAIN, SUBTREE, TWIN, parse_vkey


def read_files(place):
    """A folder, or one JSON object of path to base64."""
    if os.path.isfile(place):
        with open(place, encoding="utf-8") as file:
            return {path: base64.b64decode(data) for path, data in json.load(file).items()}
    files = {}
    for folder, _, names in os.walk(place):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                files[os.path.relpath(path, place)] = file.read()
    return files


class Trust:
    """What a package is judged against. Whatever is missing is said when it is needed."""

    def __init__(self, files):
        self.files = files
        self.policy_bytes = files.get("policy.json")
        self.policy = parse_json(self.policy_bytes) if self.policy_bytes else None
        self.authority = self.certificate("ca.pem")
        self.clock = self.certificate("tsa.pem")
        self.logs = {}
        """(tenant, key) by origin."""
        for tenant, text in self.texts("logs/", ".vkey"):
            key = self.key_of(text, (PLAIN,))
            self.logs[key.name] = (tenant, key)
        self.twins = {}
        for tenant, text in self.texts("twins/", ".vkey"):
            key = self.key_of(text, (TWIN,))
            if key.name == f"{self.origin_of(tenant)}-sm3":
                self.twins[key.name] = key
        chain = files.get("anchor.json")
        self.chain = parse_canonical(chain) if chain else None
        self.witnesses = {}
        for _, text in self.texts("witnesses/", ".vkey"):
            for line in text.split():
                key = self.key_of(line, (COSIGNATURE, SUBTREE))
                self.witnesses[(key.name, key.id)] = key
        self.gateways = {
            name: spki(text.encode()) for name, text in self.texts("gateways/", ".pem")
        }
        keys = parse_json(files.get("operators.json", b'{"keys":[]}'))["keys"]
        self.actors = {
            key.short: key
            for key in (parse_vkey(one["vkey"]) for one in keys if one["role"] == "actor")
        }
        self.seals = {
            from_base64(one["spki"]): one.get("tenant") for one in keys if one["role"] == "seal"
        }
        self.independent = {
            one["name"] for one in keys if one["role"] == "witness" and one["independence"] != "own"
        }

    def texts(self, start, end):
        for path, data in sorted(self.files.items()):
            name = path[len(start) : -len(end)]
            # What lies deeper are copies of keys that the leaves of borders prove.
            if path.startswith(start) and path.endswith(end) and "/" not in name:
                yield name, data.decode("utf-8")

    def origin_of(self, tenant):
        return next((origin for origin, (own, _) in self.logs.items() if own == tenant), None)

    def key_of(self, text, kinds):
        key = parse_vkey(text)
        if key.kind not in kinds:
            raise Malformed(f"{key.name}: a key of another type")
        return key

    def certificate(self, name):
        data = self.files.get(name)
        return x509.load_pem_x509_certificate(data) if data else None


def spki(data):
    """DER SubjectPublicKeyInfo of a public key in PEM."""
    key = load_pem_public_key(data)
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
