"""保存期間の表 through the doors: a version is published, read by everybody, and the safety of logs is looked at."""

import re
from datetime import date

import pytest

from tests import make
from tests.web.desk import member, post, token, words
from tracker.casework import retention, safety
from tracker.law.safety import MEASURES
from tracker.models import Role

AT = "2026-11-22T10:00:00+09:00"
PAGE = "/desk/retention/tsumugi"
PURPOSE = "誹謗中傷などへの対応"
TWO = {
    "line": ["login:cp", "other:cp"],
    "name": ["サインインの記録", "課金の記録"],
    "classes": ["0:2-9", "0:2-13", "0:5-2"],
    "purpose": [PURPOSE, "利用料金の請求"],
    "period": ["months", "purpose"],
    "months": ["３", ""],
    "reason": ["", ""],
    "in_force": "2026-11-22",
    "note": "",
    "seen": "0",
    "do": "publish",
}


@pytest.fixture
def service(database, freezer):
    freezer.move_to(AT)
    with database.writing() as session:
        return make.make_service(session)


@pytest.fixture
def lead(app, service):
    return member(app)


def versions(database, service):
    with database.reading() as session:
        return retention.history(session, service.id)


def field(answer, name: str) -> list[str]:
    """The values of the inputs of a name."""
    return re.findall(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', answer.text)


def test_a_table_is_published_and_says_for_how_long_and_on_which_ground(lead, database, service):
    assert "いま適用される表はありません" in words(lead.get(PAGE))

    answer = post(lead, f"{PAGE}/new", **TWO)

    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    [one] = versions(database, service)
    assert (one.table.version, one.table.in_force) == (1, date(2026, 11, 22))
    assert [line.months for line in one.lines] == [3, None]
    assert one.lines[0].classes == ("2-9", "2-13", "5-2")
    text = words(lead.get(PAGE))
    assert "新しい版を公表しました" in text and "いまの版（第1版）" in text
    assert "3か月今日記録した場合 2027年2月22日(月)まで" in text
    assert "目的を達するまで（期間を定めない）" in text
    assert "改正案・適用日未確認" in text and "直ちに法的責任が生じるものではありません" in text
    assert "第1版（11月22日(日)から）" in words(lead.get("/desk/retention"))


def test_a_period_shorter_than_desirable_is_published_and_shown_as_such(app, lead, database, service):
    assert post(lead, f"{PAGE}/new", **(TWO | {"months": ["2", ""]})).status_code == 303

    for path in (PAGE, "/s/tsumugi/logs"):
        text = words(lead.get(path))
        assert "望ましい期間より短い" in text
        assert "望ましいのは少なくとも3〜6か月程度です。直ちに法的責任が生じるものではありません" in text
        assert "適用が始まる日は確かめられていません" in text
    assert "望ましい期間より短い" in words(lead.get("/desk/retention"))


def test_what_is_at_fault_is_said_at_each_field_of_each_line_and_everything_typed_is_kept(lead, database, service):
    sent = TWO | {"months": ["9", ""], "purpose": [PURPOSE, ""], "name": ["サインインの記録", ""], "in_force": "13月"}
    answer = post(lead, f"{PAGE}/new", **sent)

    assert answer.status_code == 422
    text = words(answer)
    assert "4か所を直すと公表できます" in text
    for anchor, sentence in (
        ("f-line-0-reason", "サインインの記録: 6か月より長く保存するのは、業務上の必要があるときです"),
        ("f-line-1-name", "そのほかの通信履歴: この記録の名前を入力してください"),
        ("f-line-1-purpose", "期間を定めない記録は、目的を達するまでしか保存できません"),
        ("f-in_force", ""),
    ):
        assert f'href="#{anchor}"' in answer.text and f'id="{anchor}-error"' in answer.text
        assert sentence in text
    assert 'value="9"' in answer.text and 'value="13月"' in answer.text
    assert re.search(r'value="0:2-13" checked', answer.text) and re.search(r'value="0:2-10">', answer.text)
    assert versions(database, service) == []


def test_a_longer_period_is_allowed_and_not_called_desirable(app, lead, database, service):
    need = "年間を通じた利用状況の把握のため。"
    sent = {"line": ["access:ap"], "name": ["接続認証ログ"], "classes": ["0:2-5"], "purpose": [PURPOSE]}
    sent |= {"period": ["months"], "months": ["12"], "reason": [need]}
    assert post(lead, f"{PAGE}/new", **(TWO | sent)).status_code == 303

    page = app.test_client().get("/s/tsumugi/logs")

    assert "一般の目安の6か月程度より長い保存は、業務上の必要があるときに認められます" in words(page)
    assert need in words(page)
    table = page.text[page.text.index("<table") : page.text.index("</table>")]
    assert ">任意</span>" in table and ">望ましい</span>" not in table


def test_what_is_kept_beyond_the_period_says_on_which_ground_and_how_strongly_it_binds(app, lead):
    post(lead, f"{PAGE}/new", **TWO)

    text = words(app.test_client().get("/s/tsumugi/logs"))

    text = text[text.index("期間を過ぎても残すことがある場合") :]
    for force, article in (("義務", "法16条1項"), ("望ましい", "法5条・法6条・法11条1項"), ("要請", "刑訴法197条3項")):
        assert re.search(rf"{force}\s*{article}", text)
    assert text.count("任意") == 2


def test_a_line_beyond_the_most_is_not_added_and_the_page_says_so(lead, database, service):
    full = {
        name: (TWO[name] * 15 if isinstance(TWO[name], list) and name != "classes" else TWO[name]) for name in TWO
    } | {"do": "add", "add": "login:cp"}  # fmt: skip

    answer = post(lead, f"{PAGE}/new", **full)

    assert answer.status_code == 422
    assert len(field(answer, "line")) == 30
    assert "もう30件あるため、加えられません" in words(answer) and 'id="f-add-error"' in answer.text
    less = post(lead, f"{PAGE}/new", **(full | {"drop": "3"}))
    assert less.status_code == 200 and len(field(less, "line")) == 30
    none = post(lead, f"{PAGE}/new", **(TWO | {"do": "add", "add": ""}))
    assert none.status_code == 422 and "加える記録の種類を選んでください" in words(none)
    assert post(lead, f"{PAGE}/new", **(TWO | {"do": "add", "add": "", "drop": "1"})).status_code == 200
    assert versions(database, service) == []


def test_lines_are_added_and_dropped_without_a_script_and_nothing_is_published_by_that(lead, database, service):
    first = lead.get(f"{PAGE}/new")
    assert field(first, "line") == ["account:cp", "login:cp", "post:cp"]

    more = post(lead, f"{PAGE}/new", **(TWO | {"do": "add", "add": "access:ap", "drop": "1"}))

    assert more.status_code == 200
    assert field(more, "line") == ["login:cp", "access:ap"]
    assert 'value="サインインの記録"' in more.text and 'value="接続認証ログ"' in more.text
    assert re.search(r'value="1:2-13" checked', more.text)
    assert versions(database, service) == []
    assert post(lead, f"{PAGE}/new", **(TWO | {"do": "add", "add": "access:cp"})).status_code == 400
    dropped = post(lead, f"{PAGE}/new", **(TWO | {"drop": ["0", "1"]}))
    assert dropped.status_code == 422 and 'href="#f-lines"' in dropped.text
    # the numbers of the ticks follow the lines as they were sent
    assert post(lead, f"{PAGE}/new", **(TWO | {"drop": "1"})).status_code == 303
    assert versions(database, service)[0].lines[0].classes == ("2-9", "2-13", "5-2")


def test_the_ticks_of_a_line_stay_with_it_when_one_before_it_is_dropped(lead, database, service):
    sent = TWO | {"classes": ["0:2-9", "1:2-1", "1:2-2"], "drop": "0"}

    assert post(lead, f"{PAGE}/new", **sent).status_code == 303

    [line] = versions(database, service)[0].lines
    assert (line.name, line.classes) == ("課金の記録", ("2-1", "2-2"))


def test_the_next_version_says_what_it_changes_and_why_and_waits_for_its_day(app, lead, database, service, freezer):
    post(lead, f"{PAGE}/new", **TWO)
    form = lead.get(f"{PAGE}/new")
    assert field(form, "seen") == ["1"] and field(form, "line") == ["login:cp", "other:cp"]
    change = TWO | {"seen": "1", "months": ["6", ""], "in_force": "2027-01-01"}
    without = post(lead, f"{PAGE}/new", **change)
    assert without.status_code == 422 and "前の版から変える理由を入力してください" in words(without)

    assert post(lead, f"{PAGE}/new", **(change | {"note": "開示に間に合わないため。"})).status_code == 303

    for path in (PAGE, "/s/tsumugi/logs"):
        text = words(lead.get(path))
        assert "期間: 3か月 → 6か月" in text
        assert "2027年1月1日(金・祝)から" in text
    freezer.move_to("2027-01-01T00:00:00+09:00")
    public = words(app.test_client().get("/s/tsumugi/logs"))
    assert "第2版。1月1日(金・祝)から適用しています" in public
    assert "第1版（2026年11月22日(日)から適用）" in public


def test_somebody_who_was_second_sees_what_theirs_would_change_and_keeps_it(lead, database, service):
    post(lead, f"{PAGE}/new", **TWO)

    late = post(lead, f"{PAGE}/new", **(TWO | {"months": ["5", ""], "note": "わたしの理由"}))

    assert late.status_code == 409
    text = words(late)
    assert "先に新しい版が公表されていました" in text and "期間: 3か月 → 5か月" in text
    assert "わたしの理由" in late.text and 'value="5"' in late.text
    assert field(late, "seen") == ["1"]
    again = post(lead, f"{PAGE}/new", **(TWO | {"months": ["5", ""], "note": "わたしの理由", "seen": "1"}))
    assert again.status_code == 303 and len(versions(database, service)) == 2


def test_everybody_reads_the_periods_how_they_are_counted_and_what_comes_after(app, database, service, lead):
    client = app.test_client()
    empty = words(client.get("/s/tsumugi/logs"))
    assert "まだここに載っていません" in empty and "速やかに消去します" in empty
    post(lead, f"{PAGE}/new", **TWO)

    page = client.get("/s/tsumugi/logs")

    text = words(page)
    for said in (
        "サインインの記録",
        "2027年2月22日(月)まで",
        "記録した日の翌日から、暦に従って月で数えます",
        "民法140条・143条",
        "電気通信個人情報ガイドライン38条1項解説（改正案・適用日未確認）",
        "適用が始まる日は確かめられていません",
        "直ちに法的責任が生じるものではありません",
        "速やかに消去します",
        "この窓口への申出だけでは、保存期間は延びません",
        "法16条1項",
        "刑訴法197条3項・刑訴法197条4項",
    ):
        assert said in text
    assert ">望ましい</span>" in page.text and ">義務</span>" in page.text
    for path in ("/s/tsumugi", "/s/tsumugi/about", "/s/tsumugi/status"):
        assert 'href="/s/tsumugi/logs"' in client.get(path, follow_redirects=True).text, path
    assert client.get("/s/nowhere/logs").status_code == 404


def test_safety_is_looked_at_measure_by_measure_and_what_is_lacking_is_said(lead, database, service):
    path = f"{PAGE}/safety"
    assert words(lead.get(path)).count("まだ点検していない") == len(MEASURES) + 1

    wrong = post(lead, path, **{"found-erasure": "lacking", "note-policy": "見た"})
    assert wrong.status_code == 422
    assert "何が足りないか、いつまでにどうするかを書いてください" in words(wrong)
    assert "点検の結果を選んでください" in words(wrong)
    assert 'href="#f-erasure"' in wrong.text and "見た</textarea>" in wrong.text
    assert post(lead, path).status_code == 422
    done = {"found-erasure": "lacking", "note-erasure": "12月に試す", "found-policy": "done", "note-policy": "見た"}
    assert post(lead, path, **done).status_code == 303

    text = words(lead.get(path))
    assert "点検を記録しました" in text and "12月に試す" in text
    assert "2026年11月22日(日) 10時00分 小野寺 遥" in text
    with database.reading() as session:
        found = safety.checks(session, service.id)
    assert {key for key, one in found.items() if one} == {"erasure", "policy"}
    assert "14項目のうち2項目を点検" in words(lead.get("/desk/retention"))


def test_a_reviewer_reads_and_only_a_lead_publishes_and_checks(app, service):
    reviewer = member(app, Role.REVIEWER)

    for path in ("/desk/retention", PAGE, f"{PAGE}/safety"):
        page = reviewer.get(path)
        assert page.status_code == 200
        assert 'value="publish"' not in page.text and "点検を記録する" not in words(page)
        assert f'href="{PAGE}/new"' not in page.text
    assert reviewer.get(f"{PAGE}/new").status_code == 403
    assert post(reviewer, f"{PAGE}/new", **TWO).status_code == 403
    assert post(reviewer, f"{PAGE}/safety", **{"found-policy": "done"}).status_code == 403
    assert token(reviewer.get("/desk/").text)
