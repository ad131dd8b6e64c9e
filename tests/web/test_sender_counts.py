"""The room of the sender counts, the sheets, and papers filed in English, through their doors."""

import io
import re
from datetime import date

import pytest
from pypdf import PdfReader

from tests import make
from tests.web.desk import hidden, member, post, token, words
from tracker.casework import filings
from tracker.law.filing_sheets import PAPERS
from tracker.law.senders import Part, year_months
from tracker.models import Role, Staff
from tracker.report import senders
from tracker.report.senders import Figures

NOON = "2028-04-10T12:00:00+09:00"
PAGE = "/desk/senders-count/tsumugi"
YEAR = f"{PAGE}?year=2027"
WHOLE = year_months(2027)


@pytest.fixture(autouse=True)
def at_noon(freezer):
    freezer.move_to(make.instant(NOON))


@pytest.fixture
def service(database):
    with database.writing() as session:
        return make.make_service(session)


@pytest.fixture
def lead(app, service):
    return member(app)


def month(client, **fields):
    values = {"month": "202704", "seen": "0", "senders": "４,０００,０００", "users": "5000000", "times": "1800000"}
    return post(client, f"{PAGE}/month", **(values | fields))


def count(database, service, *figures, months=WHOLE):
    """The same figures for every month, entered by somebody."""
    with database.writing() as session:
        staff = session.get_one(Staff, make.make_staff(session).id)
        said = dict.fromkeys(months, Figures(*figures))
        senders.enter_all(session, service, said, seen={}, by=staff.id, at=make.instant(NOON))


def rows(database, service):
    with database.reading() as session:
        found = senders.month_rows(session, service, WHOLE[0], WHOLE[-1])
    return {key: senders.figures(row) for key, row in found.items()}


def test_without_a_service_the_room_says_what_would_be_here(app, database):
    assert "サービスがまだありません" in words(member(app, Role.REVIEWER).get("/desk/senders-count"))


def test_without_a_month_the_page_says_what_is_missing_and_how_it_gets_here(lead):
    seen = words(lead.get(YEAR))
    assert "まだ言えません" in seen
    assert "12か月のうち0か月" in seen
    assert "2027年4月の数を入力する" in seen
    assert "2028年5月1日(月)" in seen  # 2028-04-30 is a Sunday
    assert "行政機関の休日に関する法律2条" in seen


def test_a_month_is_entered_as_people_write_numbers_and_shown_in_chart_and_table(lead, database, service):
    answer = month(lead)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?year=2027")
    assert rows(database, service) == {202704: (4_000_000, 5_000_000, 1_800_000)}
    page = lead.get(answer.headers["Location"])
    assert "9,000,000" in words(page)
    assert ">900万</text>" in page.text
    assert "2027年4月の数を記録しました。" in words(page)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"users": "約5万"}, "0以上の整数を入力してください"),
        ({"senders": "", "users": "", "times": ""}, "少なくとも1つの数を入力してください"),
        ({"month": "202804"}, "まだ終わっていない月"),
    ],
)
def test_what_is_wrong_comes_back_beside_its_field_with_what_was_typed(lead, database, service, fields, says):
    answer = month(lead, **fields)
    assert answer.status_code == 422
    assert says in words(answer)
    assert rows(database, service) == {}
    assert all(f'value="{text}"' in answer.text for text in fields.values() if text and text != "202804")


def test_a_correction_wants_its_reason_and_keeps_the_first_version(lead, database, service):
    month(lead)
    assert "訂正する理由を書いてください" in words(month(lead, seen="1", times="1700000"))
    assert month(lead, seen="1", times="1700000", why="集計の誤り").status_code == 303
    seen = words(lead.get(YEAR))
    assert "第2版" in seen
    assert "理由: 集計の誤り" in seen
    assert rows(database, service)[202704].times == 1_700_000


def test_who_saw_an_older_version_gets_theirs_back_beside_the_newer(lead):
    month(lead)
    answer = month(lead, times="5")
    assert answer.status_code == 409
    assert "ほかの人が記録しました" in words(answer)
    assert 'name="times" type="text" value="5"' in answer.text
    assert re.search(r'name="seen" value="1"', answer.text)


def test_exactly_nine_million_must_report_by_the_monday_after(lead, database, service):
    count(database, service, 9_000_000, 0, 0)
    seen = words(lead.get(YEAR))
    assert "この年度の報告が必要です" in seen
    assert "平均月間発信者数は9,000,000で、9,000,000以上です。" in seen
    assert "2028年5月1日(月)までに、様式第一の報告書を総務大臣に提出します（規則9条1項）。" in seen
    assert "必要" in words(lead.get("/desk/senders-count"))


def test_one_below_in_twelve_months_does_not_and_is_not_rounded_up(lead, database, service):
    count(database, service, 9_000_000, 0, 0, months=WHOLE[1:])
    count(database, service, 8_999_999, 0, 0, months=WHOLE[:1])
    seen = words(lead.get(YEAR))
    assert "報告は要りません" in seen
    assert "8,999,999.91…" in seen
    assert ">899万</text>" in lead.get(YEAR).text


def test_another_service_at_the_number_is_named(lead, database, service):
    with database.writing() as session:
        other = make.make_service(session, "ひろば", "hiroba", "HB")
    count(database, other, 0, 0, 1_800_000)
    count(database, service, 1, 1, 1)
    assert "ほかのサービス（ひろば）の数" in words(lead.get(YEAR))


def test_the_day_is_that_of_the_running_clock_and_what_was_reported_is_said(lead, database, service):
    with database.writing() as session:
        filings.end_years(session, at=make.instant("2028-04-02T03:00+09:00"))
    count(database, service, 10_000_001, 0, 0)
    assert "はい" in words(lead.get(YEAR))
    with database.writing() as session:
        filings.yearly_done(
            session, service, "sender_report", date(2028, 4, 8), "控え", actor="system", at=make.instant(NOON)
        )
    assert "この年度の報告は済んでいます" in words(lead.get(YEAR))


def late(freezer, day: str) -> None:
    freezer.move_to(make.instant(f"{day}T09:00+09:00"))


def end_year(database):
    with database.writing() as session:
        filings.end_years(session, at=make.instant("2028-04-02T03:00+09:00"))


def test_a_report_whose_day_passed_is_late_in_both_rooms_until_it_is_recorded(lead, database, service, freezer):
    end_year(database)
    count(database, service, 9_000_000, 0, 0)
    assert "あと21日" in words(lead.get("/desk/senders-count"))
    late(freezer, "2028-05-01")
    assert "今日まで" in words(lead.get("/desk/senders-count"))
    late(freezer, "2028-05-04")

    room = lead.get("/desk/senders-count")
    assert "2028年5月1日(月) 3日過ぎました" in words(room) and 'class="duemark is-late"' in room.text
    one = lead.get(YEAR)
    assert "この年度の報告の期限を3日過ぎました" in words(one) and "banner--bad" in one.text
    assert "期限は2028年5月1日(月)でした" in words(one)

    with database.writing() as session:
        filings.yearly_done(
            session,
            service,
            "sender_report",
            date(2028, 5, 2),
            "控え",
            actor="system",
            at=make.instant("2028-05-04T08:00+09:00"),
        )
    room, one = lead.get("/desk/senders-count"), lead.get(YEAR)
    assert "2028年5月2日(火)に提出" in words(room) and "過ぎました" not in words(room)
    assert "2028年5月2日(火)に報告書を提出したと" in words(one) and "過ぎました" not in words(one)


def test_where_no_clock_runs_a_late_year_says_that_kigen_cannot_know(app, database, service, freezer):
    late(freezer, "2028-06-10")
    count(database, service, 9_000_000, 0, 0)
    lead = member(app)
    room, one = words(lead.get("/desk/senders-count?year=2027")), words(lead.get(YEAR))
    assert "40日過ぎました" in room and "提出の記録はありません" in room
    assert "提出したかはKigenでは分かりません" in one and "届出の画面に記録してください" not in one
    late(freezer, "2029-04-10")  # of an older year it only says that there is no record
    lead = member(app)
    room = lead.get("/desk/senders-count?year=2027")
    assert "提出の記録はありません" in words(room) and "過ぎました" not in words(room) and "is-late" not in room.text
    assert "この年度の報告が必要です" in words(lead.get(YEAR))


def test_a_year_that_owes_nothing_or_says_nothing_yet_is_not_called_late(lead, database, service, freezer):
    late(freezer, "2028-05-04")
    unknown = lead.get("/desk/senders-count")
    assert "まだ言えない" in words(unknown) and "3日過ぎました" in words(unknown) and "is-late" not in unknown.text
    count(database, service, 1, 1, 1)
    assert "過ぎました" not in words(lead.get("/desk/senders-count")) + words(lead.get(YEAR))


def test_a_running_clock_does_not_make_a_report_owed_that_the_figures_say_is_not(lead, database, service, freezer):
    end_year(database)
    count(database, service, 1, 1, 1)
    late(freezer, "2028-05-04")
    room, one = lead.get("/desk/senders-count"), lead.get(YEAR)
    assert "要らない" in words(room) and "期限が動いています" in words(room)
    assert "is-late" not in room.text and "過ぎました" not in words(room)
    seen = words(one)
    assert "このサービスの数では、この年度の報告は要りません" in seen and "banner--bad" not in one.text
    assert "平均月間延べ発信者数が180万以上でもないからです" in seen
    assert "届出をしたサービスなので、報告の期限は動いています" in seen
    assert "過ぎました" not in seen and "総務大臣に提出" not in seen


def test_while_the_clock_runs_and_figures_lack_what_is_to_be_done_is_said_under_a_condition(
    lead, database, service, freezer
):
    end_year(database)
    count(database, service, 1, 1, 1, months=WHOLE[1:])
    early = words(lead.get(YEAR))
    assert "足りない月の数を入力すると、報告が必要かが分かります。必要なときは、様式第一の報告書を" in early
    assert "この日は、もう過ぎました" not in early
    late(freezer, "2028-05-04")
    room, one = lead.get("/desk/senders-count"), lead.get(YEAR)
    assert "まだ言えない" in words(room) and "3日過ぎました" in words(room) and "is-late" not in room.text
    seen = words(one)
    assert "この年度の報告が必要かは、まだ言えません" in seen and "banner--warn" in one.text
    assert "報告が必要なときの期限は、2028年5月1日(月)です（規則9条1項）。この日は、もう過ぎました。" in seen
    assert "必要なときは、様式第一の報告書を総務大臣に提出し、届出の画面に記録します" in seen
    assert "すぐに" not in seen and "banner--bad" not in one.text


def test_the_overview_shows_the_year_that_was_chosen_and_links_to_the_others(lead, database, service):
    count(database, service, 5, 6, 7, months=year_months(2024))
    room = lead.get("/desk/senders-count?year=2024")
    assert "サービスごとの2024年度" in words(room) and "12 / 12" in words(room)
    found = re.findall(r'href="/desk/senders-count\?year=(\d+)"', room.text)
    assert found == ["2028", "2027", "2026", "2025", "2024"]
    assert f'href="{PAGE}?year=2024"' in room.text
    assert "サービスごとの2027年度" in words(lead.get("/desk/senders-count?year=x"))


def test_the_year_of_the_registration_says_which_months_each_figure_has(lead):
    seen = words(lead.get(f"{PAGE}?year=2025"))
    assert "2025年7月29日(火)に届出をした年度です" in seen
    assert "2025年7月の数には、届出の前の日の分も入ります" in seen
    assert "届出をした年度です" not in words(lead.get(YEAR))


def test_what_must_be_filled_in_is_marked(lead):
    page = lead.get(YEAR).text
    either = "表の貼り付けか、CSVのファイルの、どちらか"
    for label in ("3つのうち、少なくとも1つの数", either, "発信者の数え方（算定方法）"):
        assert f'{label}<span class="must">必須</span>' in page, label
    for field in ("f-many-list", "f-many-file"):  # either may be empty
        label = re.search(rf'<label for="{field}">(.*?)</label>', page)
        assert label and "<span" not in label[1], field
    sheet = lead.get("/desk/filings/tsumugi/sheets/registration?year=2027").text
    assert '住所<span class="must">必須</span>' in sheet and '法人の代表者の氏名<span class="must">' not in sheet


def test_fields_of_which_one_is_enough_are_a_group_under_what_is_required(lead):
    page = lead.get(YEAR).text
    groups = {
        legend: group
        for group, legend in re.findall(r"(<fieldset[^>]*><legend[^>]*>([^<]*)<.*?</fieldset>)", page, re.S)
    }
    assert all(f'id="f-month-{part}"' in groups["3つのうち、少なくとも1つの数"] for part in Part)
    assert 'aria-describedby="f-month-hint"' in groups["3つのうち、少なくとも1つの数"]
    either = groups["表の貼り付けか、CSVのファイルの、どちらか"]
    assert 'id="f-many-list"' in either and 'id="f-many-file"' in either


def test_a_correction_may_leave_every_figure_empty_and_marks_none(lead, database, service):
    month(lead)
    page = lead.get(f"{YEAR}&month=202704").text
    assert 'class="field__legend">この月の数</legend>' in page and "少なくとも1つの数" not in page
    assert month(lead, seen="1", senders="", users="", times="", why="別のサービスの数だった").status_code == 303
    assert rows(database, service)[202704] == (None, None, None)


LIST = (
    "月\t発信者\t準ずる者\t延べ\n2027-04\t100\t0\t200\n2027-05\t100\t0\t200\n2027-06\t1000\t0\t200\n2027-07\t100\t0\t\n"
)


def test_a_pasted_list_is_shown_before_it_is_recorded(lead, database, service):
    month(lead, senders="100", users="0", times="150")
    shown = post(lead, f"{PAGE}/many", list=LIST, year="2027")
    assert shown.status_code == 200
    seen = words(shown)
    assert "まだ記録していません" in seen
    assert "いまの記録 150" in seen
    assert "2027年6月の「発信者」は1,000" in seen  # a slip of the finger?
    assert set(rows(database, service)) == {202704}
    carried = re.findall(r'name="seen" value="([^"]*)"', shown.text)
    assert carried == ["202704:1", "202705:0", "202706:0", "202707:0"]

    fields = {"list": hidden(shown, "list"), "year": "2027", "do": "enter", "seen": carried}
    unreasoned = post(lead, f"{PAGE}/many", **fields)
    assert (unreasoned.status_code, "訂正する理由" in words(unreasoned)) == (422, True)
    assert post(lead, f"{PAGE}/many", **fields, why="集計のやり直し").status_code == 303
    assert rows(database, service)[202707] == (100, 0, None)


def test_a_list_that_somebody_else_was_faster_with_is_recorded_in_no_part(lead, database, service):
    month(lead)
    fields = {"list": LIST, "year": "2027", "do": "enter", "seen": ["202704:0"], "why": "x"}
    answer = post(lead, f"{PAGE}/many", **fields)
    assert answer.status_code == 409
    assert set(rows(database, service)) == {202704}
    assert 'value="202704:1"' in answer.text


def test_lines_that_cannot_be_read_are_named_and_the_list_comes_back(lead):
    answer = post(lead, f"{PAGE}/many", list="2027-04,1,2,3\nabc,1,2,3\n2027-05,x", year="2027")
    seen = words(answer)
    assert answer.status_code == 422
    assert "2行目: 月が読み取れません" in seen
    assert "3行目: 数が読み取れません" in seen
    assert "abc,1,2,3" in seen


def test_a_file_as_excel_writes_it_is_read_and_another_is_not(lead, database, service):
    def send(body):
        file = {"file": (io.BytesIO(body), "months.csv"), "year": "2027"}
        file["csrf_token"] = token(lead.get("/desk/").text)
        return lead.post(f"{PAGE}/many", data=file, content_type="multipart/form-data")

    assert "2027年4月" in words(send("月,発信者,準ずる者,延べ\r\n2027年4月,1,2,3\r\n".encode("cp932")))
    assert "このファイルは読み取れません" in words(send(b"PK\x03\x04\x00\x00"))


def test_what_is_recorded_can_be_saved_and_pasted_again(lead, database, service):
    month(lead)
    saved = lead.get(f"{PAGE}/senders.csv")
    assert saved.data.decode("utf-8-sig") == "month,senders,users,times\r\n2027-04,4000000,5000000,1800000\r\n"
    assert saved.headers["Cache-Control"] == "no-store"
    again = post(lead, f"{PAGE}/many", list=saved.text, year="2027")
    assert "どの月も、記録と同じ数です" in words(again)


def test_the_method_and_an_exclusion_are_recorded_with_their_reason(lead):
    fields = {"words": "ログインした人を数える。", "excluded": "ancillary", "seen": "0", "year": "2027"}
    assert "理由を書いてください" in words(post(lead, f"{PAGE}/method", **fields))
    assert post(lead, f"{PAGE}/method", **fields, why="商品の評価の欄だけのため").status_code == 303
    seen = words(lead.get(YEAR))
    assert "指定から除かれる役務として記録しています" in seen
    assert "規則9条の報告には、除く定めがありません" in seen
    assert "理由: 商品の評価の欄だけのため" in seen
    assert post(lead, f"{PAGE}/method", **fields, why="x").status_code == 409


def test_a_reviewer_reads_and_cannot_enter(app, service, database):
    reviewer = member(app, Role.REVIEWER)
    seen = reviewer.get(YEAR)
    assert "<form" not in seen.text.split("<main")[1].split("</main")[0]
    assert month(reviewer).status_code == 403
    assert reviewer.get("/desk/filings/tsumugi/sheets/specialists").status_code == 403
    assert rows(database, service) == {}


@pytest.mark.parametrize("year", ["1999", "abc", "2999", "99999999999"])
def test_a_year_that_cannot_be_shows_the_one_that_is_reported_next(lead, year):
    assert "2027年度" in words(lead.get(f"{PAGE}?year={year}&month={year}"))


@pytest.mark.parametrize("wanted", ["999999999", "202713", "202700", "0", "", "x", "9" * 5_000])
def test_what_is_no_month_did_not_come_from_our_page(lead, wanted):
    assert month(lead, month=wanted).status_code == 400


def test_numbers_that_no_page_sent_and_a_cell_as_long_as_a_book_are_refused(lead, database, service):
    long = "9" * 5_000
    seen = {"do": "enter", "seen": [f"202704:{long}", f"{long}:1", "x"]}
    assert post(lead, f"{PAGE}/many", list="2027-04,1,2,3", year=long, **seen).status_code in (303, 409)
    answer = post(lead, f"{PAGE}/many", list="2027-05,1,2,3\n" + "x" * 140_000, year=long)
    assert answer.status_code == 422 and "2行目: この行は、表として読み取れません" in words(answer)
    assert post(lead, f"{PAGE}/method", words="x", seen="0", year="999999999").status_code in (303, 422)


@pytest.mark.parametrize("paper", PAPERS)
def test_each_sheet_is_a_page_and_a_pdf_that_say_they_are_not_the_form(lead, paper):
    page = lead.get(f"/desk/filings/tsumugi/sheets/{paper}?year=2027")
    seen = words(page)
    assert page.status_code == 200
    assert "これは届出書・報告書そのものではありません" in seen
    assert PAPERS[paper].form in seen
    assert "記入する欄" in seen
    pdf = lead.get(f"/desk/filings/tsumugi/sheets/{paper}.pdf?year=2027")
    assert (pdf.mimetype, pdf.headers["Cache-Control"]) == ("application/pdf", "no-store")
    assert PAPERS[paper].form in PdfReader(io.BytesIO(pdf.data)).metadata.title


def test_the_pdf_speaks_japanese_whoever_asks_and_unknown_papers_are_not_there(lead):
    lead.set_cookie("language", "en")
    pdf = lead.get("/desk/filings/tsumugi/sheets/senders.pdf?year=2027", headers={"Accept-Language": "en"})
    assert "平均月間発信者数" in "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.data)).pages)
    assert lead.get("/desk/filings/tsumugi/sheets/answer").status_code == 404
    assert lead.get("/desk/filings/keine/sheets/senders").status_code == 404


def test_a_paper_filed_in_english_and_its_japanese_are_recorded_on_the_page_of_filings(lead):
    path = "/desk/filings/tsumugi"
    fields = {"do": "english", "paper": "registration", "filed_on": "2028-04-03"}
    wrong = post(lead, path, **fields)
    assert (wrong.status_code, "特別の事情を書いてください" in words(wrong)) == (422, True)
    assert "英語で出した書類を選んでください" in words(post(lead, path, **(fields | {"paper": "x"})))
    assert post(lead, path, **fields, reason="国外の役員の署名が遅れたため").status_code == 303
    page = lead.get(path)
    assert "日本語版がまだ" in words(page)
    assert "英語で出した書類の日本語版" in words(page)  # its clock
    event = re.search(r'name="do" value="japanese"><input type="hidden" name="id" value="(\d+)"', page.text)[1]
    assert post(lead, path, do="japanese", id=event, filed_on="2028-04-05").status_code == 422
    assert post(lead, path, do="japanese", id=event, filed_on="2028-04-05", reference="控え1").status_code == 303
    assert "日本語版を2028年4月5日(水)に提出" in words(lead.get(path))
    assert post(lead, path, do="japanese", id=event, filed_on="2028-04-05", reference="控え1").status_code == 409
    assert post(lead, path, do="japanese", id="x", filed_on="2028-04-05").status_code == 400
