"""What we give away is, byte for byte, what vendor.json says was taken from the published packages."""

import json
from base64 import b64encode
from hashlib import sha384
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("tracker/static/vendor", "tests/vendor", "tracker/letters/paper/fonts")
PACKAGES = json.loads((ROOT / "tracker/static/vendor/vendor.json").read_text(encoding="utf-8"))
FILES = {file["path"]: file["integrity"] for package in PACKAGES for file in package["files"]}


@pytest.mark.parametrize("path", FILES)
def test_a_vendored_file_is_unchanged(path):
    digest = b64encode(sha384((ROOT / path).read_bytes()).digest()).decode()

    assert FILES[path] == f"sha384-{digest}"


def test_nothing_else_lies_in_the_vendor_folders():
    present = {p.relative_to(ROOT).as_posix() for folder in FOLDERS for p in (ROOT / folder).rglob("*") if p.is_file()}

    assert present == {*FILES, "tracker/static/vendor/vendor.json"}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_every_package_names_its_licence_version_and_tarball(package):
    assert package["licence"] and package["version"]
    assert package["tarball"].startswith("sha512-")
