"""Re-pack the vendored browser files named in vendor.json and rewrite their hashes (maintainers only; needs npm).

To take a newer version, change `version` there and delete `tarball`; to vendor something new, add an entry with `name`,
`version` and, for each file, `path` here and `source` in the package. Then run `python tools/vendor.py`.
"""

import json
import subprocess
import sys
import tarfile
from base64 import b64encode
from hashlib import sha384, sha512
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENDOR_JSON = ROOT / "tracker/static/vendor/vendor.json"


def repack(package: dict[str, Any]) -> dict[str, Any]:
    """Fetch one package, copy its files into place and return its entry with fresh hashes."""
    name, version = package["name"], package["version"]
    with TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", "--pack-destination", folder, f"{name}@{version}"], check=True)
        (tarball,) = Path(folder).glob("*.tgz")
        tarball_sha512 = "sha512-" + b64encode(sha512(tarball.read_bytes()).digest()).decode()
        if package.get("tarball", tarball_sha512) != tarball_sha512:
            sys.exit(f"{name}@{version} is not the tarball named in vendor.json, it hashes to {tarball_sha512}")
        with tarfile.open(tarball) as contents:
            licence = json.loads(read(contents, "package.json"))["license"]
            files = [place(contents, file["path"], file["source"]) for file in package["files"]]
    return {"name": name, "version": version, "licence": licence, "tarball": tarball_sha512, "files": files}


def place(contents: tarfile.TarFile, path: str, source: str) -> dict[str, str]:
    """Write `source` of the package to `path` and return the entry; `integrity` is ready for the HTML attribute."""
    body = read(contents, source)
    (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / path).write_bytes(body)
    return {"path": path, "source": source, "integrity": "sha384-" + b64encode(sha384(body).digest()).decode()}


def read(contents: tarfile.TarFile, source: str) -> bytes:
    file = contents.extractfile(f"package/{source}")
    if file is None:
        sys.exit(f"{source} is not a file in the package")
    return file.read()


if __name__ == "__main__":
    packages = [repack(package) for package in json.loads(VENDOR_JSON.read_text())]
    VENDOR_JSON.write_text(json.dumps(packages, indent=2, ensure_ascii=False) + "\n")
