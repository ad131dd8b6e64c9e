"""年次公表 for everybody: the list of years, addresses that stay, bytes that never change."""

import io
import zipfile
from datetime import date
from hashlib import sha256

import pytest
from sqlmodel import select

from tests import make
from tests.report import made
from tests.web.desk import words
from tracker.casework import filings
from tracker.casework.register import register_of
from tracker.law.clocks.minister import PUBLICATION
from tracker.models import Clock, Service
from tracker.report import publishing

LIST = "/s/tsumugi/report"
V1 = f"{LIST}/2026/v1"


@pytest.fixture
def service(database, freezer):
    freezer.move_to("2027-05-12T10:00:00+09:00")
    with database.writing() as session:
        return make.make_service(session)


@pytest.fixture
def who(database):
    with database.writing() as session:
        return make.make_staff(session), make.make_staff(session, name="真鍋 修")


@pytest.fixture
def first(database, service, who):
    """A published version, and its files."""
    with database.writing() as session:
        publication = made.published(session, service, who)
        return publication, publishing.files_of(session, publication)


@pytest.fixture
def visitor(app):
    return app.test_client()


def test_before_anything_is_published_the_page_says_by_when_it_will_be(visitor, database, service):
    text = words(visitor.get(LIST))
    assert "2027年度義務 いま数えている年度です。2028年3月31日(金)に終わり、2028年5月31日(水)までに公表します" in text
    assert "2026年度" not in text  # nothing is known of a period that never ran here

    with database.writing() as session:
        filings.end_years(session, at=make.instant("2027-04-01T00:05+09:00"))
    assert "2026年度義務 年度は終わりました。2027年5月31日(月)までに公表します" in words(visitor.get(LIST))


def test_a_period_that_has_passed_is_not_hidden(visitor, database, service, freezer):
    with database.writing() as session:
        filings.end_years(session, at=make.instant("2027-04-01T00:05+09:00"))
    freezer.move_to("2027-06-01T00:00:00+09:00")

    assert "まだ公表していません。公表の期限は2027年5月31日(月)でした" in words(visitor.get(LIST))


def test_a_year_that_is_late_is_shown_though_its_period_does_not_run(visitor, database, service, freezer):
    with database.writing() as session:
        filings.end_years(session, at=make.instant("2027-04-01T00:05+09:00"))
        for clock in session.exec(select(Clock)):
            clock.voided_at = make.instant("2027-04-02T10:00+09:00")
            session.add(clock)
    freezer.move_to("2027-06-01T00:00:00+09:00")

    assert "まだ公表していません。公表の期限は2027年5月31日(月)でした" in words(visitor.get(LIST))


def test_a_year_whose_end_nobody_recorded_is_not_called_late(visitor, database, service, freezer):
    with database.writing() as session:  # an open register does not say what was published before it knew of years
        register_of(session, session.get_one(Service, service.id), make.instant("2027-03-31T23:59:00+09:00"))
    freezer.move_to("2027-06-01T00:00:00+09:00")

    text = words(visitor.get(LIST))
    assert "2026年度" not in text and "でした" not in text
    assert "2027年度義務 いま数えている年度です" in text


def test_a_year_that_was_sent_back_and_never_published_is_late(visitor, database, service, who, freezer):
    with database.writing() as session:
        filings.end_years(session, at=make.instant("2027-04-01T00:05+09:00"))
        publication = made.freeze(session, service, who[0])
        publishing.give_back(session, publication, reason="人数が古い。", by=who[1].id, at=made.PUBLISHED)
    freezer.move_to("2028-02-01T10:00:00+09:00")

    assert "2026年度義務 まだ公表していません。公表の期限は2027年5月31日(月)でした" in words(visitor.get(LIST))


def test_a_year_that_is_recorded_as_published_elsewhere_is_not_called_late(visitor, database, service, freezer):
    with database.writing() as session:
        filings.end_years(session, at=make.instant("2027-04-01T00:05+09:00"))
        day, at = date(2027, 5, 11), make.instant("2027-05-12T10:00+09:00")
        owed = session.get_one(Service, service.id)
        reference = "https://tsumugi.example/report"
        filings.yearly_done(session, owed, PUBLICATION.key, day, reference, actor="system", at=at)
    freezer.move_to("2027-06-01T00:00:00+09:00")

    assert "2026年度" not in words(visitor.get(LIST))


def test_a_service_that_is_not_registered_owes_none(visitor, database, freezer):
    freezer.move_to("2027-05-12T10:00:00+09:00")
    with database.writing() as session:
        make.make_service(session, registered_on=None)

    assert "年次公表は、まだありません" in words(visitor.get(LIST))
    assert LIST not in visitor.get("/s/tsumugi/about").text


def test_it_is_found_from_every_page_of_a_service_and_from_the_front_page(visitor, service):
    for path in ("/", "/s/tsumugi/about", "/s/tsumugi/criteria"):
        assert f'href="{LIST}"' in visitor.get(path).text


@pytest.mark.parametrize("path", ["2026", "2026/v1/", "2026/v1/index.html", "2026/v1/manifest.json", "2026/v1.zip"])
def test_what_is_in_review_or_was_sent_back_is_nowhere(visitor, database, service, who, path):
    with database.writing() as session:
        publication = made.freeze(session, service, who[0])
    assert visitor.get(f"{LIST}/{path}").status_code == 404
    assert visitor.get(f"{LIST}/latest.json").json["years"] == []
    assert "第1版" not in words(visitor.get(LIST))

    with database.writing() as session:
        publishing.give_back(session, publication, reason="人数が古い。", by=who[1].id, at=made.PUBLISHED)
    assert visitor.get(f"{LIST}/{path}").status_code == 404


def test_each_file_is_served_byte_for_byte_under_its_hash(visitor, first):
    _publication, files = first
    for name, content in files.items():
        answer = visitor.get(f"{V1}/{name}")

        assert (answer.status_code, answer.data) == (200, content), name
        assert answer.headers["ETag"] == f'"{sha256(content).hexdigest()}"'
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert 'rel="latest-version"' in answer.headers["Link"] and f"{LIST}/2026>" in answer.headers["Link"]
        shown = name.endswith((".html", ".css"))
        assert answer.headers.get("Content-Disposition", "").startswith("attachment") is not shown, name
        again = visitor.get(f"{V1}/{name}", headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_the_page_is_the_same_in_whatever_language_one_reads(visitor, first):
    for lang in ("en", "ja@easy"):
        answer = visitor.get(f"{V1}/index.html", query_string={"lang": lang})

        assert answer.data == first[1]["index.html"]
        assert answer.headers["Content-Language"] == "ja"
        assert answer.mimetype == "text/html" and "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert (answer.headers["X-Robots-Tag"], answer.headers.get("Set-Cookie")) == ("all", None)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("figures.csv", "text/csv"), ("figures.json", "application/json"), ("manifest.json", "application/json")],
)
def test_a_file_says_what_it_is(visitor, first, name, kind):
    assert visitor.get(f"{V1}/{name}").mimetype == kind


@pytest.mark.parametrize(
    "path",
    [
        "2026/v2/index.html", "2026/v1/nothing.csv", "2026/v1/../v1/figures.csv", "2026/v1/a%00b", "2025", "2026/v0/",
        "2026/v99999999999/index.html", "99999999999", "2026/v2.zip", "x",
    ],
)  # fmt: skip
def test_what_there_is_not_is_not_found(visitor, first, path):
    assert visitor.get(f"{LIST}/{path}").status_code == 404
    assert visitor.get(f"/s/elsewhere/report/{path}").status_code == 404


def test_a_year_leads_to_its_newest_version_and_old_ones_stay(visitor, database, service, who, first):
    assert visitor.get(f"{LIST}/2026").headers["Location"] == f"{V1}/index.html"
    assert visitor.get(f"{V1}/").headers["Location"] == f"{V1}/index.html"
    with database.writing() as session:
        made.published(session, service, who, made.found(790), why="重なりを除いた。")

    answer = visitor.get(f"{LIST}/2026")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}/2026/v2/index.html")
    assert visitor.get(f"{V1}/index.html").data == first[1]["index.html"]
    text = words(visitor.get(LIST))
    assert "いまの版第2版" in text and "新しい版に置き換えた第1版" in text
    assert "前の版から直したところ: 重なりを除いた。" in text and "抜けている番号" not in text


def test_a_number_that_is_missing_is_explained(visitor, database, service, who):
    with database.writing() as session:
        publication = made.freeze(session, service, who[0])
        publishing.give_back(session, publication, reason="人数が古い。", by=who[1].id, at=made.FROZEN)
        made.published(session, service, who)

    text = words(visitor.get(LIST))
    assert "第2版" in text and "抜けている番号の版は、公表する前の確認で取りやめたものです" in text


def test_all_files_come_in_one(visitor, first):
    answer = visitor.get(f"{V1}.zip")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as zipped:
        assert {name: zipped.read(f"tsumugi-2026-v1/{name}") for name in first[1]} == first[1]
    assert "attachment; filename=tsumugi-2026-v1.zip" in answer.headers["Content-Disposition"]
    assert visitor.get(f"{V1}.zip").data == answer.data
    assert visitor.get(f"{V1}.zip", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_programs_read_years_versions_addresses_and_hashes(visitor, first, settings):
    told = visitor.get(f"{LIST}/latest.json").json

    [year] = told["years"]
    assert (told["service"], year["year"], year["latest"], year["due"]) == ("tsumugi", 2026, 1, "2027-05-31")
    [version] = year["versions"]
    assert version["manifest_sha256"] == first[0].sha256 and version["current"] is True
    assert version["published_at"] == "2027-05-11T06:00:00Z"
    for file in version["files"]:
        answer = visitor.get(file["url"].removeprefix(settings.base_url.rstrip("/")))
        assert (len(answer.data), sha256(answer.data).hexdigest()) == (file["bytes"], file["sha256"])


def test_the_address_in_the_record_is_the_one_that_is_served(visitor, first, service):
    assert visitor.get(publishing.path(service, 2026, 1)).data == first[1]["index.html"]


@pytest.mark.parametrize("lang", ["en", "ja@easy"])
def test_the_list_is_read_in_other_languages(visitor, first, lang):
    assert visitor.get(LIST, query_string={"lang": lang}).status_code == 200
