"""Certificates for test servers, made by an authority of our own that no machine knows."""

import ssl
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tracker.now import now


@dataclass(frozen=True)
class Certified:
    """The authority's file, for who checks, and what the server speaks TLS with."""

    authority: Path
    server: ssl.SSLContext


def certified(folder: Path, name: str = "localhost") -> Certified:
    """A certificate for `name`, a host or an address, and the authority that vouches for it."""
    top, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _named("Kigen test authority")
    above = _made(authority, authority, top.public_key(), x509.BasicConstraints(ca=True, path_length=0), top)
    who = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    below = _made(_named(name), authority, own.public_key(), x509.SubjectAlternativeName([who]), top)
    folder.mkdir(exist_ok=True)
    (folder / "authority.pem").write_bytes(above.public_bytes(serialization.Encoding.PEM))
    key = own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(key + below.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return Certified(folder / "authority.pem", context)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _made(subject, issuer, key, extension, signer) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=2))
        .add_extension(extension, critical=True)
        .sign(signer, hashes.SHA256())
    )
