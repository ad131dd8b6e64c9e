"""manifest.json: what the package is, and the hash of each of its files. Its bytes are what is signed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import rfc8785

from tracker.report.content import Report

FORMAT, SIGNATURE_FORMAT = "kigen-publication/1", "kigen-publication-signature/1"
NAME, SIGNATURE = "manifest.json", "manifest.sig"
VERSION = "0.1.0"  # of Kigen, as in pyproject.toml, which need not be there where it runs


@dataclass(frozen=True)
class Signed:
    """A signature: the name of the key, its public part (32 bytes), and the Ed25519 signature (64 bytes)."""

    kid: str
    public: bytes
    signature: bytes


def manifest(report: Report, files: Mapping[str, bytes], *, built_at: datetime) -> bytes:
    """The manifest over `files`, in canonical JSON (RFC 8785)."""
    return rfc8785.dumps(
        {
            "format": FORMAT,
            "service": {"id": report.service, "name": report.name},
            "provider": report.provider,
            "fiscal_year": report.year,
            "period": {"first": report.first.isoformat(), "last": report.last.isoformat(), "partial": report.partial},
            "version": report.version,
            "built_at": f"{built_at:%Y-%m-%dT%H:%M:%SZ}",
            "generator": {"name": "Kigen", "version": VERSION},
            "heads": dict(report.heads),
            "files": [
                {"name": name, "bytes": len(content), "sha256": sha256(content).hexdigest()}
                for name, content in sorted(files.items())
            ],
        }
    )


def signature(content: bytes, sign: Callable[[bytes], Signed]) -> bytes:
    """manifest.sig: the signature over the bytes of the manifest, and whose it is."""
    made = sign(content)
    said = {
        "format": SIGNATURE_FORMAT,
        "algorithm": "Ed25519",
        "signs": NAME,
        "kid": made.kid,
        "public_key": made.public.hex(),
        "signature": made.signature.hex(),
    }
    return (json.dumps(said, indent=1) + "\n").encode()
