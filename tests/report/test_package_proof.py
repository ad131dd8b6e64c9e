"""verify_publication.py, as somebody runs it who has nothing but the package: what is changed is named."""

import hashlib
import json
import re
import subprocess
import sys
from base64 import urlsafe_b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.house.test_verify_receipt import VECTORS, raw
from tests.report import reports
from tracker.report import package
from tracker.report.package import manifest, verify_publication
from tracker.report.package.manifest import Signed


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return reports.files()


@pytest.fixture
def folder(made, tmp_path) -> Path:
    """The package as it was saved."""
    return write(tmp_path / "package", made)


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def run(folder: Path, *more: str) -> tuple[int, list[str]]:
    """Its exit code, and the lines of what is wrong."""
    program = folder / "verify_publication.py"
    done = subprocess.run(
        [sys.executable, "-I", str(program), *more], capture_output=True, encoding="utf-8", check=False
    )
    return done.returncode, [line for line in done.stdout.splitlines() if line.startswith(("×", "読めません"))]


def signed_anew(files: dict[str, bytes], sign=reports.sign) -> dict[str, bytes]:
    """The package with its manifest and signature made again."""
    data = {name: content for name, content in files.items() if name not in {manifest.NAME, manifest.SIGNATURE}}
    data[manifest.NAME] = manifest.manifest(reports.report(), data, built_at=reports.BUILT)
    data[manifest.SIGNATURE] = manifest.signature(data[manifest.NAME], sign)
    return data


def test_what_was_published_is_found_genuine_by_a_python_alone(folder):
    listed = urlsafe_b64encode(reports.PUBLIC).decode().rstrip("=")  # as the list of keys has it
    assert run(folder, "--key", reports.PUBLIC.hex()) == run(folder, "--key", listed) == (0, [])
    assert run(folder) == (0, [])
    assert run(folder, str(folder)) == (0, [])


def test_the_program_in_the_package_is_the_one_of_the_house_and_imports_the_standard_library_alone(made):
    source = Path(verify_publication.__file__).read_bytes()
    assert made["verify_publication.py"] == source
    names = re.findall(r"^(?:import|from) (\w+)", source.decode(), re.MULTILINE)
    assert set(names) <= sys.stdlib_module_names
    compile(source, "verify_publication.py", "exec", flags=0, dont_inherit=True)


@pytest.mark.parametrize("name", ["figures.csv", "index.html", "publication.xlsx", "README.txt"])
def test_a_flipped_byte_is_named(folder, name):
    path = folder / name
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(bytes(content))
    code, wrong = run(folder)
    assert code == 1
    assert wrong == ["× ハッシュとバイト数が目録のとおり"]


def test_a_missing_file_and_one_too_many_are_named(folder):
    (folder / "texts.csv").unlink()
    (folder / "more.csv").write_text("a")
    assert run(folder) == (1, ["× ファイルがそろっている"])


def test_a_changed_figure_with_a_manifest_of_its_own_lacks_the_signature(folder, made):
    files = reports.files(reports.changed("18-5-20", 26))
    write(folder, files | {manifest.SIGNATURE: made[manifest.SIGNATURE]})
    assert run(folder) == (1, ["× 目録の署名"])


def test_a_wrong_sum_is_found_though_it_was_signed(folder):
    write(folder, reports.files(reports.changed("18-3-1", 1083)))
    code, wrong = run(folder, "--key", reports.PUBLIC.hex())
    assert code == 1
    assert wrong[0] == "× 区分の数の和が合計に等しい"


def test_a_package_signed_by_somebody_else_is_not_ours(folder, made):
    other = Ed25519PrivateKey.generate()
    public = other.public_key().public_bytes_raw()
    kid = hashlib.sha256(public).hexdigest()[:32]
    write(folder, signed_anew(made, lambda message: Signed(kid, public, other.sign(message))))
    assert run(folder) == (0, [])  # nothing was changed since; only who signed it is not known
    assert run(folder, "--key", reports.PUBLIC.hex()) == (1, ["× 署名の鍵が --key の公開鍵と同じ"])


def test_what_is_no_package_cannot_be_read(tmp_path, made):
    empty = write(tmp_path, {"verify_publication.py": made["verify_publication.py"]})
    code, wrong = run(empty)
    assert code == 2 and wrong[0].startswith("読めません") and "manifest.json と manifest.sig がありません" in wrong[0]


@pytest.mark.parametrize("key", ["zzz", "あ" * 64, "0" * 63, "=" * 43])
def test_what_is_no_key_is_called_so(folder, key):
    code, wrong = run(folder, "--key", key)
    assert code == 2 and f"「{key}」は公開鍵ではありません" in wrong[0]


def test_without_a_key_it_prints_the_one_inside_as_the_list_of_keys_has_it(folder):
    program = folder / "verify_publication.py"
    said = subprocess.run([sys.executable, "-I", str(program)], capture_output=True, encoding="utf-8", check=True)
    listed = urlsafe_b64encode(reports.PUBLIC).decode().rstrip("=")
    assert said.stdout.splitlines()[-2].endswith(f": {listed}")
    assert said.stdout.splitlines()[-1].endswith(f": {reports.PUBLIC.hex()}")


@pytest.mark.parametrize("vector", VECTORS, ids=["1", "2", "3", "SHA(abc)"])
def test_it_agrees_with_the_vectors_of_rfc_8032(vector):
    public, message, signature = raw(*vector)
    assert verify_publication.signed(public, message, signature)
    assert not verify_publication.signed(public, message + b"x", signature)
    assert not verify_publication.signed(public, message, signature[:32] + bytes(32))


# One figure of each identity, changed by as little as breaks it, and what the program says.
UP, PARTS = "「うち」の数が全体を超えない", "区分の数の和が合計に等しい"
TIED = "年度の初めに待っていたもの"
BESIDE = "任意の表の数が、件数と合う"
MUTATIONS = [
    ("18-2", 1205, ("honor",), PARTS),
    ("18-2", 6001, ("total", "", "items"), PARTS),
    ("18-3-1", 403, ("honor",), PARTS),
    ("18-4-1", 1001, ("remove", "clause-0a1b2c3d4e"), PARTS),
    ("18-4-1", 1301, ("remove",), PARTS),
    ("18-5-2", 241, (), PARTS),
    ("18-2", 2558, (), TIED),
    ("18-3-2", 1061, (), TIED),
    ("18-3-4", 208, (), TIED),
    ("18-3-5", 134, (), TIED),
    ("18-5-4", 7, (), UP),
    ("18-5-4", 6, ("name-aa",), UP),
    ("18-5-5", 12, (), UP),
    ("18-5-6", 1, (), UP),
    ("18-5-7", 4, ("taken", "honor"), UP),
    ("18-5-10", 51, (), UP),
    ("18-5-10", 36, ("clause-0a1b2c3d4e",), UP),
    ("18-5-12", 61, (), UP),
    ("18-5-13", 61, (), UP),
    ("18-5-14", 13, (), UP),
    ("18-5-12", 6, (), UP),  # fewer than 14
    ("18-5-16", 9, (), UP),
    ("18-5-17", 9, (), UP),
    ("18-5-18", 4, (), UP),
    ("18-5-16", 1, (), UP),  # fewer than 18
    ("18-5-4", 12, (), BESIDE),
    ("18-5-5", 7, ("taken",), BESIDE),
    ("18-5-7", 1, ("taken",), BESIDE),
]


@pytest.mark.parametrize(("code", "value", "place", "check"), MUTATIONS)
def test_one_changed_figure_breaks_its_identity_and_is_named(code, value, place, check):
    found = package.faults(reports.files(reports.changed(code, value, *place)))
    assert any(one.startswith(check) and (code in one or check == BESIDE) for one in found), found


def test_more_measures_with_ai_than_reports_account_for_are_no_fault():
    made = reports.report()
    for n, place in ((40_000, ()), (39_991, (reports.SPAM.code,))):  # one report may lead to many measures
        made = reports.changed("18-5-9", n, *place, made=made)
    assert package.faults(reports.files(made)) == []


@pytest.mark.parametrize("row", range(len(reports.BRIDGE)))
def test_every_row_of_the_bridge_counts(row):
    made = reports.report()
    rows = [(code, name, n + (at == row)) for at, (code, name, n) in enumerate(made.tables[0].rows)]
    found = package.faults(reports.files(replace(made, tables=[replace(made.tables[0], rows=rows), *made.tables[1:]])))
    assert any(one.startswith(TIED) for one in found)


def test_a_bridge_that_lacks_a_row_or_is_not_there_is_named():
    made = reports.report()
    for tables in ([replace(made.tables[0], rows=made.tables[0].rows[1:])], []):
        assert any(one.startswith(TIED) for one in package.faults(reports.files(replace(made, tables=tables))))


def test_an_item_that_is_not_there_is_named():
    made = reports.report()
    without = replace(
        made,
        lines=[line for line in made.lines if line.code != "18-5-20"],
        texts=[words for words in made.texts if words.code != "18-6-3"],
    )
    found = package.faults(reports.files(without))
    assert {one.split()[1] for one in found if one.startswith("規則18条のすべて")} == {"18-5-20", "18-6-3"}


def other_json(files: dict[str, bytes]) -> dict[str, bytes]:
    content = json.loads(files["figures.json"])
    content["items"][0]["figures"][0]["value"] += 1
    return files | {"figures.json": json.dumps(content, ensure_ascii=False).encode()}


def other_book(files: dict[str, bytes]) -> dict[str, bytes]:
    return files | {"publication.xlsx": reports.files(reports.changed("18-5-20", 26))["publication.xlsx"]}


def other_bom(files: dict[str, bytes]) -> dict[str, bytes]:
    return files | {"figures-excel.csv": files["figures.csv"]}


def other_column(files: dict[str, bytes]) -> dict[str, bytes]:
    return files | {"texts.csv": files["texts.csv"].replace(b"part_code", b"part", 1)}


def other_year(files: dict[str, bytes]) -> dict[str, bytes]:
    return files | {"texts.csv": files["texts.csv"].replace(b"tsumugi,2026,18-3-3", b"tsumugi,2025,18-3-3", 1)}


def other_type(files: dict[str, bytes]) -> dict[str, bytes]:
    return files | {"texts.csv": files["texts.csv"].replace(b",,,1,1,", b",,,first,1,", 1)}


def no_such_item(files: dict[str, bytes]) -> dict[str, bytes]:
    return files | {"texts.csv": files["texts.csv"].replace(b"18-3-3,", b"18-3-9,", 1)}


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (other_json, "figures.json が CSV と同じ"),
        (other_book, "Excel用のファイルが CSV と同じ"),
        (other_bom, "Excel用のファイルが CSV と同じ"),
        (other_type, "列・型・重複が datapackage.json のとおり"),
        (no_such_item, "列・型・重複が datapackage.json のとおり"),
        (other_year, "どの行も同じサービスと年度"),
    ],
)
def test_files_that_do_not_agree_are_named(made, spoil, check):
    assert any(one.startswith(check) for one in package.faults(signed_anew(spoil(made))))


def test_a_head_that_is_not_as_described_is_unreadable_or_named(made, folder):
    write(folder, signed_anew(other_column(made)))
    assert run(folder)[0] in {1, 2}
