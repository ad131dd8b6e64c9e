"""記載事項シート: what each paper states is filled in or blank, cited, and set on paper alike each time."""

import json
import re
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests import make
from tracker.casework import Conflict, NotAllowed, filings, journal, specialists
from tracker.casework.verify import verify
from tracker.i18n import speaking
from tracker.law.clocks.minister import JAPANESE_FILING
from tracker.law.filing_sheets import KNOWN, LABELS, PAPERS, Known, Paper
from tracker.law.senders import year_months
from tracker.models import Matter
from tracker.report import senders, sheet as sheets
from tracker.report.senders import Figures

AT = make.instant("2027-04-05T10:00+09:00")


@pytest.fixture
def service(session):
    return make.make_service(session)


@pytest.fixture
def staff(session):
    return make.make_staff(session)


def filled(session, service, paper, at=AT):
    return sheets.sheet(session, service, paper, year=2026, at=at)


def values(sheet):
    """What a sheet says, by label: its parts as well."""
    every = [*sheet.fields, *(one for part in sheet.parts for one in part.fields)]
    return {one.label: one.value for one in every}


def said(pdf: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def count(session, service, staff, *figures):
    months = dict.fromkeys(year_months(2026), Figures(*figures))
    senders.enter_all(session, service, months, seen={}, by=staff.id, at=AT)


def test_every_paper_of_the_rule_is_there_and_every_source_has_a_name():
    assert [rule.form for rule in PAPERS.values()] == ["様式第一", "様式第二", "様式第三", "様式第四", "様式第五"]
    assert set(LABELS) == set(Paper)
    assert set(KNOWN) == set(Known)


@pytest.mark.parametrize("paper", PAPERS)
def test_a_sheet_says_that_it_is_not_the_form_and_the_same_sheet_is_the_same_bytes(session, service, paper):
    pdf = sheets.pdf(filled(session, service, paper))
    text = said(pdf)
    rule = PAPERS[paper]
    assert "これは届出書・報告書そのものではありません" in text
    assert rule.form in text
    assert f"{rule.form}の用紙に写してください" in text
    assert re.sub(r"\s", "", rule.article) in text
    assert all(re.sub(r"\s", "", one.label) in text for one in rule.stated if one.key not in {"changes", "people"})
    assert all(one.article in text for one in rule.attached)
    assert "日本語で作成します（規則21条1項）" in text
    assert pdf == sheets.pdf(filled(session, service, paper, make.instant("2027-04-05T18:00+09:00")))


def test_the_report_of_senders_has_its_means_unrounded_and_the_months_they_are_of(session, service, staff):
    count(session, service, staff, 9_000_000, 1, 1_800_000)
    senders.set_method(session, service, "ログインした\n人を数えた。", None, seen=0, by=staff.id, at=AT)
    senders.enter(session, service, 202604, Figures(9_000_000, 0, 1_800_000), seen=1, why="誤り", by=staff.id, at=AT)
    sheet = filled(session, service, Paper.SENDERS)
    found = values(sheet)
    assert found["平均月間発信者数"] == "9,000,000.91…"
    assert found["平均月間延べ発信者数"] == "1,800,000"
    assert found["氏名又は名称"] == "株式会社つむぎネットワーク"
    assert found["住所"] == ""
    assert sheet.due == "2027年4月30日(金)まで（規則9条1項）"
    assert sheet.lacking == []
    assert sheet.grid.rows[0] == ["2026-04", "9,000,000", "0", "9,000,000", "1,800,000"]
    text = said(sheets.pdf(sheet))
    assert "9,000,000.91…" in text
    assert "（記入）" in text
    assert "ログインした人を数えた。" in text


def test_a_mean_that_is_not_there_is_a_blank_and_the_sheet_says_what_is_missing(session, service, staff):
    senders.enter(session, service, 202604, Figures(1, None, 3), seen=0, by=staff.id, at=AT)
    sheet = filled(session, service, Paper.SENDERS)
    assert values(sheet)["平均月間発信者数"] == values(sheet)["平均月間延べ発信者数"] == ""
    assert [one for one in sheet.lacking if "11か月分" in one] == [
        "「発信者」が、12か月のうち11か月分ありません。",
        "「延べ発信者数」が、12か月のうち11か月分ありません。",
    ]
    assert sheet.blanks == 5  # address, head, two means, method


def test_the_first_filing_names_form_and_criteria_and_the_papers_of_each_case(session, settings):
    service = make.make_service(session, designated_on=None, registered_on=None)
    filings.designate(session, service, date(2027, 2, 1), actor="system", at=AT)
    make.make_criteria(session, service)
    sheet = filled(session, service, Paper.REGISTRATION)
    assert values(sheet)["指定を受けた日"].startswith("2027年2月1日")
    assert [one.value for one in sheet.fields if one.label == "そのウェブサイトのアドレス"] == [
        f"{settings.base_url.rstrip('/')}/s/tsumugi/",
        f"{settings.base_url.rstrip('/')}/s/tsumugi/criteria",
    ]
    assert "2027年5月6日" in sheet.due  # 5月1日 is a Saturday, and 3日–5日 are holidays
    assert {one.article for one in sheet.rule.attached} == {f"規則11条1項{no}号" for no in (1, 2, 3, 4)}


def test_changes_that_are_not_filed_stand_on_the_sheet_with_what_they_were(session, service, staff):
    make.keep_register(session, service, staff, AT)
    sheet = filled(session, service, Paper.CHANGE)
    [part] = sheet.parts
    assert part.heading == "氏名又は名称"
    assert [one.value for one in part.fields][1:] == ["甲社", "乙社"]
    assert "変更した事項と、変更の前と後" not in values(sheet)
    text = said(sheets.pdf(sheet))
    assert "甲社" in text
    assert "変更後の登記事項証明書" in text


def test_specialists_stand_on_the_sheet_as_in_the_register(session, service, staff):
    make.make_specialist(session, service, staff)
    found = values(filled(session, service, Paper.SPECIALISTS))
    assert found["専門員の数（変更のときは、変更後の数）"] == "1人"
    assert (found["氏名"], found["生年月日"]) == ("榊原 千尋", "1979年11月3日")
    assert found["選任した理由"].startswith("名誉毀損")
    roster = specialists.roster_of(session, service, at=AT)
    assert any(roster.standing[0].name in note for note in filled(session, service, Paper.SPECIALISTS).notes)


def test_a_letter_that_the_font_lacks_is_not_lost(session, staff):
    service = make.make_service(session, name="つむぎ\U0001f98a")
    assert "〔U+1F98A〕" in said(sheets.pdf(filled(session, service, Paper.POWER)))


def test_the_sheet_is_read_in_english_where_english_is_spoken(session, service):
    with speaking("en"):
        sheet = filled(session, service, Paper.SENDERS)
    assert "2027" in sheet.due


def english(session, service, paper, day, **more):
    """A paper filed in English."""
    return filings.file_in_english(
        session, service, paper, day, why="役員の署名が国外で遅れたため", actor="system", at=AT, **more
    )


def running(session, service):
    """The clocks of Japanese papers that are owed."""
    view = filings.open_register(session, service, at=AT)
    return [one for one in view.clocks if one.running and one.rule.key == JAPANESE_FILING.key]


def test_a_paper_filed_in_english_owes_its_japanese_and_the_reason_is_sealed(session, service):
    event = english(session, service, Paper.REGISTRATION, date(2027, 4, 1))
    assert "署名" not in json.dumps(event.data, ensure_ascii=False)
    [clock] = running(session, service)
    assert clock.clock.article == "規則21条3項"
    [one] = filings.filed_in_english(session, service)
    assert (one.paper, one.why, one.japanese_on) == (Paper.REGISTRATION, "役員の署名が国外で遅れたため", None)
    filings.file_in_japanese(session, service, event.seq, date(2027, 4, 3), reference="控え1", actor="system", at=AT)
    assert running(session, service) == []
    [one] = filings.filed_in_english(session, service)
    assert (one.japanese_on, one.reference) == (date(2027, 4, 3), "控え1")
    with pytest.raises(Conflict):
        filings.file_in_japanese(session, service, event.seq, date(2027, 4, 3), reference="x", actor="system", at=AT)


def test_the_japanese_of_one_paper_does_not_end_what_another_owes(session, service):
    first = english(session, service, Paper.CHANGE, date(2027, 4, 1))
    second = english(session, service, Paper.SPECIALISTS, date(2027, 4, 2))
    filings.file_in_japanese(session, service, first.seq, date(2027, 4, 3), reference="x", actor="system", at=AT)
    [clock] = running(session, service)
    assert clock.clock.started_at == second.occurred_at
    assert len(filings.filed_in_english(session, service)) == 2
    filings.file_in_japanese(session, service, second.seq, date(2027, 4, 4), reference="y", actor="system", at=AT)
    assert running(session, service) == []
    assert list(verify(session)) == []


@pytest.mark.parametrize(
    ("fields", "about"),
    [({"day": date(2027, 4, 6)}, "filed_on"), ({"why": " "}, "reason")],
)
def test_an_english_paper_without_circumstances_or_of_a_day_to_come_is_refused(session, service, fields, about):
    values = {"day": date(2027, 4, 1), "why": "x", **fields}
    with pytest.raises(NotAllowed) as no:
        filings.file_in_english(session, service, Paper.POWER, values["day"], why=values["why"], actor="system", at=AT)
    assert no.value.about == about


def test_japanese_cannot_come_before_its_english_or_without_a_reference(session, service):
    event = english(session, service, Paper.ANSWER, date(2027, 4, 2))
    for day, reference, about in ((date(2027, 4, 1), "x", "filed_on"), (date(2027, 4, 3), " ", "reference")):
        with pytest.raises(NotAllowed) as no:
            filings.file_in_japanese(session, service, event.seq, day, reference=reference, actor="system", at=AT)
        assert no.value.about == about
    assert len(journal.history(session, filings.open_register(session, service, at=AT).case)) == 1


def test_a_change_of_the_domestic_representative_asks_for_the_third_form(session, service, staff):
    filings.take_up(session, service, actor="system", at=AT)
    filings.change(session, service, Matter.DOMESTIC, date(2027, 4, 1), before="甲", after="乙", actor="system", at=AT)
    assert any("様式第三" in note for note in filled(session, service, Paper.CHANGE).notes)
