"""The undue-burden meter: what happens at the form is counted in sums, and never in the way of a filing."""

import csv
import io
import logging
import re
import sqlite3
from collections import Counter
from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import text as sql
from sqlmodel import select

from tests import make
from tests.conftest import make_settings, open_database
from tests.postgres import migrated_database
from tests.web.claimant import fields, files, png, value
from tests.web.desk import member, words
from tracker.casework import burden
from tracker.casework.burden import month_of, year_of
from tracker.law.questions import QUESTIONS
from tracker.models import Counted, FormCount, Notice
from tracker.web.sections import ASKED, asked_at

AT = "2026-11-20T09:14:00+09:00"
DAY, MONTH = date(2026, 11, 20), date(2026, 11, 1)
FORM = "/s/tsumugi/"


@pytest.fixture
def client(app, database, freezer):
    freezer.move_to(AT)
    with database.writing() as session:
        make.make_service(session)
    return app.test_client()


def opened(client, path=FORM, **more):
    """Open the form; what is counted is counted when the answer was read to its end."""
    return client.get(path, buffered=True, **more)


def sent(client, page=None, **changes):
    """Send the form of `page`; the answer was read to its end."""
    changes |= {"token": value(page, "token"), "opened": value(page, "opened")} if page else {}
    data = fields(**changes) | {"evidence": changes.get("evidence", [(io.BytesIO(b""), "")])}
    return client.post(FORM, data=data, content_type="multipart/form-data", buffered=True)


def counts(database, *kinds: Counted) -> Counter:
    """What was counted: (what, part) and how often."""
    with database.reading() as session:
        rows = session.exec(select(FormCount)).all()
    return Counter({(row.counted, row.part): row.n for row in rows if not kinds or row.counted in kinds})


def test_an_opened_form_is_counted_by_day_and_language(client, database, freezer):
    opened(client)
    opened(client)
    opened(client, headers={"Accept-Language": "en"})
    freezer.move_to("2026-11-21T00:00:00+09:00")
    opened(client)
    with database.reading() as session:
        rows = session.exec(select(FormCount)).all()
    assert {(row.day, row.language, row.counted, row.part, row.n) for row in rows} == {
        (DAY, "ja", Counted.STARTED, "", 2),
        (DAY, "en", Counted.STARTED, "", 1),
        (date(2026, 11, 21), "ja", Counted.STARTED, "", 1),
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": ""},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
    ],
)
def test_a_form_that_nobody_reads_is_not_counted(client, database, headers):
    assert opened(client, headers=headers).status_code == 200
    assert client.head(FORM, buffered=True).status_code == 200
    assert counts(database) == {}


def test_the_telephone_of_a_maker_called_cubot_is_no_program(client, database):
    opened(client, headers={"User-Agent": "Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 50) Chrome/124.0 Mobile"})
    assert counts(database) == {(Counted.STARTED, ""): 1}


def test_a_form_that_comes_back_is_counted_with_its_fields_and_their_sections(client, database):
    page = opened(client)
    answer = sent(client, page, name="", email="", rights=[], url=["画面の上"], many="x")
    assert answer.status_code == 422
    kinds = (Counted.RETURNED, Counted.RETURNED_AT, Counted.REFUSED)
    assert counts(database, *kinds) == {
        (Counted.RETURNED, ""): 1,
        (Counted.RETURNED_AT, "2"): 1,
        (Counted.RETURNED_AT, "3"): 1,
        (Counted.RETURNED_AT, "6"): 1,
        (Counted.REFUSED, "rights"): 1,
        (Counted.REFUSED, "many"): 1,
        (Counted.REFUSED, "name"): 1,
        (Counted.REFUSED, "email"): 1,
    } | {key: n for key, n in counts(database, *kinds).items() if key == (Counted.REFUSED, "url")}
    assert (Counted.FILED, "") not in counts(database)


def test_a_file_that_is_refused_while_the_form_is_filled_in_is_no_returned_form(client, database):
    page = opened(client)
    answer = sent(client, page, do="keep", evidence=files(("a.exe", b"MZ")))
    assert answer.status_code == 422
    assert counts(database, Counted.RETURNED, Counted.REFUSED) == {(Counted.REFUSED, "evidence"): 1}


def test_a_filing_is_counted_with_its_minutes_tries_posts_and_files(client, database, freezer):
    page = opened(client)
    freezer.move_to("2026-11-20T09:17:00+09:00")
    page = sent(client, page, name="")
    freezer.move_to("2026-11-20T09:18:30+09:00")
    answer = sent(
        client,
        page,
        url=["https://tsumugi.example/p/1", "https://tsumugi.example/p/2"],
        evidence=files(("a.png", png())),
    )
    assert answer.status_code == 303
    filed = (Counted.FILED, Counted.SEEN_FILED, Counted.MINUTES, Counted.TRIES, Counted.PLACES, Counted.FILES)
    assert counts(database, *filed) == {
        (Counted.FILED, ""): 1,
        (Counted.MINUTES, "5"): 1,
        (Counted.TRIES, "2"): 1,
        (Counted.PLACES, "5"): 1,
        (Counted.FILES, "1"): 1,
    }


def test_how_a_filing_went_is_kept_by_the_month_and_without_its_language(client, database):
    page = opened(client, headers={"Accept-Language": "en"})
    sent(client, page)
    with database.reading() as session:
        rows = session.exec(select(FormCount).where(FormCount.counted == Counted.MINUTES)).all()
    assert [(row.day, row.language) for row in rows] == [(MONTH, "")]


@pytest.mark.parametrize(
    ("minutes", "part"), [("14:00", "2"), ("16:00", "2"), ("16:01", "5"), ("34:00", "20"), ("34:01", "60")]
)
def test_minutes_are_counted_up_to_the_end_of_their_range(client, database, freezer, minutes, part):
    page = opened(client)
    freezer.move_to(f"2026-11-20T09:{minutes}+09:00")
    sent(client, page)
    assert counts(database, Counted.MINUTES) == {(Counted.MINUTES, part): 1}


def test_an_hour_and_more_is_one_range(client, database, freezer):
    page = opened(client)
    freezer.move_to("2026-11-24T09:14:00+09:00")
    sent(client, page)
    assert counts(database, Counted.MINUTES) == {(Counted.MINUTES, "more"): 1}


@pytest.mark.parametrize("stamp", ["", "0-0", "1795133640-0.AAAA", "\x00", "漢字.漢字", "9" * 5000])
def test_a_time_of_opening_that_is_not_ours_is_not_believed(client, database, stamp):
    page = opened(client)
    answer = sent(client, None, token=value(page, "token"), opened=stamp)
    assert answer.status_code == 303
    assert counts(database, Counted.MINUTES, Counted.TRIES) == {}
    assert counts(database)[Counted.FILED, ""] == 1


def test_the_time_of_another_form_is_not_believed(client, database):
    one, other = opened(client), opened(client)
    sent(client, None, token=value(one, "token"), opened=value(other, "opened"))
    assert counts(database, Counted.MINUTES) == {}


def test_the_same_form_sent_twice_is_one_filing(client, database):
    page = opened(client)
    sent(client, page)
    assert sent(client, page).status_code == 303
    assert counts(database, Counted.FILED) == {(Counted.FILED, ""): 1}


def reach(client, before, step, **headers):
    return client.post(f"{FORM}reached", data={"before": before, "step": step}, headers=headers, buffered=True)


def test_a_script_says_how_far_its_page_got(client, database):
    answer = reach(client, 0, 3)
    assert (answer.status_code, answer.data) == (204, b"")
    assert not answer.headers.getlist("Set-Cookie")
    reach(client, 3, 4)
    assert counts(database) == {(Counted.REACHED, str(n)): 1 for n in range(1, 5)}


@pytest.mark.parametrize(
    ("before", "step"),
    [("", ""), ("3", "3"), ("4", "2"), ("0", "9"), ("-1", "2"), ("０", "８"), ("a", "b"), ("0", "1" * 99)],
)
def test_a_word_that_makes_no_sense_is_not_counted(client, database, before, step):
    assert reach(client, before, step).status_code == 204
    assert counts(database) == {}


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
def test_who_asks_not_to_be_counted_is_not(client, database, header):
    assert reach(client, 0, 3, **{header: "1"}).status_code == 204
    assert counts(database) == {}


def test_words_from_another_site_and_about_no_service_are_refused(client, database):
    assert reach(client, 0, 3, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/s/nowhere/reached", data={"before": 0, "step": 3}).status_code == 404
    assert counts(database) == {}


def test_a_flood_of_words_is_not_counted(app, database):
    """Not at a frozen moment: the limiter forgets by a clock of its own."""
    with database.writing() as session:
        make.make_service(session)
    client = app.test_client()
    assert {reach(client, 0, 1).status_code for _ in range(130)} == {204}
    assert counts(database)[Counted.REACHED, "1"] == 120


def test_a_filing_from_a_page_that_said_how_far_it_got_is_the_last_step(client, database):
    page = opened(client)
    reach(client, 0, 8)
    sent(client, page, seen="y")
    with database.reading() as session:
        sections = burden.figures(session, month_of(DAY)).sections()
    assert [(s.number, s.reached, s.stopped) for s in sections] == [(n, 1, 0) for n in range(1, 9)]


def test_nothing_of_a_visitor_is_stored(client, database):
    headers = {"User-Agent": "Mozilla/5.0 (X11) Opera-like", "X-Forwarded-For": "203.0.113.9"}
    page = opened(client, headers=headers)
    reach(client, 0, 8, **headers)
    sent(client, page, name="", seen="y")
    sent(client, page, seen="y")
    with database.reading() as session:
        rows = session.exec(select(FormCount)).all()
        (notice,) = session.exec(select(Notice)).all()
    assert {column.name for column in FormCount.__table__.columns} == {
        "day", "service_id", "language", "counted", "part", "n",
    }  # fmt: skip
    assert not re.search("203.0.113|Opera|" + notice.token, repr(rows))
    assert all(re.fullmatch("[a-z_0-9-]*", row.part) for row in rows)


def test_a_filing_is_taken_when_nothing_can_be_counted(client, database, caplog):
    with database.writer.begin() as connection:
        connection.execute(sql("drop table formcount"))
    with caplog.at_level(logging.WARNING, "tracker"):
        page = opened(client)
        assert page.status_code == 200
        assert reach(client, 0, 8).status_code == 204
        assert sent(client, page, name="").status_code == 422
        assert sent(client, page).status_code == 303
    with database.reading() as session:
        assert len(session.exec(select(Notice)).all()) == 1
    said = [record.getMessage() for record in caplog.records if "not counted" in record.getMessage()]
    assert said == ["A figure of the form was not counted (OperationalError)."] * 4


def test_a_form_that_is_locked_out_of_counting_waits_a_moment_and_no_longer(client, database, settings, caplog):
    """Somebody else writes: the page is answered, and its figure is given up."""
    with sqlite3.connect(settings.data / "kigen.db", isolation_level=None) as other:
        other.execute("begin immediate")
        assert opened(client).status_code == 200
        other.execute("rollback")
    assert "not counted (OperationalError)" in caplog.text
    assert counts(database) == {}


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_two_that_count_at_once_lose_nothing(kind, tmp_path):
    happened = [*burden.reached(0, 8), (Counted.RETURNED_AT, "3"), (Counted.FILED, "")]
    with migrated_database(kind, tmp_path) as url:
        database = open_database(make_settings(tmp_path, database=url))
        with database.writing() as session:
            service_id = make.make_service(session).id
        start = Barrier(4)

        def count(n: int) -> None:
            start.wait()
            for _ in range(25):
                with database.writing() as session:  # which waits as long as it takes, unlike counting()
                    said = happened if n % 2 else happened[::-1]
                    burden.add(session, service_id, said, language="ja", at=make.instant(AT))

        threads = [Thread(target=count, args=(n,)) for n in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        assert set(counts(database).values()) == {100}
        database.dispose()


def test_every_field_of_the_form_stands_in_the_table_with_its_section(client):
    page = opened(client).get_data(as_text=True)
    sections = re.split(r'<section class="section[^"]*" id="s(\d)"', page.split('id="filing"')[1])
    found, must = {}, set()
    for number, part in zip(sections[1::2], sections[2::2], strict=True):
        for name in re.findall(r'<(?:input|textarea|select)[^>]*? name="([^"]+)"', part.split("</form>")[0]):
            if name not in ("kept", "altcha"):
                found[name] = int(number)
        must |= {"confirm"} if number == "8" else set()
        for field in re.findall(
            r'(?:<label for="([^"]+)"|<fieldset[^>]* id="([^"]+)")(?:(?!</label>|</legend>).)*?class="must"', part
        ):
            must.add(next(filter(None, field)).removesuffix("-1"))
    assert found == {one.key: one.section for one in ASKED if one.key != "skip"}
    assert must == {one.key for one in ASKED if one.must}
    assert sum(len(questions) for questions in QUESTIONS.values()) == len(
        [one for one in ASKED if one.key[:7] == "answer-"]
    )


def test_the_shortest_filing_is_what_the_form_must_know(client):
    kept = {one.key for one in ASKED if one.must}
    data = {key: sent for key, sent in fields().items() if key in kept or key == "token"}
    assert client.post(FORM, data=data).status_code == 303


def test_a_place_on_the_page_is_known_by_its_field():
    assert asked_at("url-12").key == "url" and asked_at("answer-honor_untrue").section == 4
    assert asked_at("answer-intimate_consent").section == 5 and asked_at("elsewhere") is None


def filings(database, n: int, service_id, minutes: float = 4, at: str = AT, **more) -> None:
    """Count `n` filings through casework."""
    happened = burden.filed(places=1, files=0, minutes=minutes, tries=1, seen=True)
    with database.writing() as session:
        burden.add(session, service_id, happened, language="ja", at=make.instant(at), times=n)


@pytest.fixture
def service(database, freezer):
    freezer.move_to(AT)
    with database.writing() as session:
        return make.make_service(session)


def test_where_people_stop_is_the_difference_of_two_sections(app, database, service):
    with database.writing() as session:
        for section, times in ((2, 3), (4, 7), (8, 5)):
            burden.add(session, service.id, burden.reached(0, section), language="ja", at=make.instant(AT), times=times)
    filings(database, 4, service.id)
    page = words(member(app).get("/desk/burden"))
    assert "いちばん多く止まるのは「理由と証拠」で、7回です。" in page
    assert "4 理由と証拠1270" in page and "8 確認して送る510" in page and "2 侵害された権利1530" in page


def test_how_filings_went_is_shown_from_five_on(app, database, service):
    desk = member(app)
    filings(database, 4, service.id, minutes=4)
    assert "5件以上の申出があると、ここに出ます。" in words(desk.get("/desk/burden"))
    assert "2–5分" not in desk.get("/desk/burden.csv").text
    filings(database, 1, service.id, minutes=30)
    page = words(desk.get("/desk/burden"))
    assert "5件のまん中の申出は、2–5分で送られました。" in page and "5件のうち5件は、1回で送れました。" in page
    assert "2026-11,つむぎ広場,,開いてから送るまでの時間,2–5分,4" in desk.get("/desk/burden.csv").text


def test_the_middle_of_an_even_number_is_the_later_one(database, service):
    filings(database, 3, service.id, minutes=1)
    filings(database, 3, service.id, minutes=90)
    with database.reading() as session:
        assert burden.figures(session, month_of(DAY)).middle(Counted.MINUTES) == "more"


def test_a_year_begins_in_april_and_a_month_is_asked_for_by_its_name(app, database, service):
    filings(database, 6, service.id, at="2026-03-31T23:59:00+09:00")
    filings(database, 7, service.id, at="2026-04-01T00:00:00+09:00")
    desk = member(app)
    assert year_of(date(2026, 3, 31)).key == "fy2025" and year_of(date(2026, 4, 1)).last == date(2027, 3, 31)
    for asked, n in (("", 7), ("?period=fy2025", 6), ("?period=2026-03", 6), ("?period=2026-04", 7), ("?period=x", 7)):
        assert f"送られた申出{n}件" in words(desk.get(f"/desk/burden{asked}")), asked
    assert "この期間に数えたものはありません" in words(desk.get("/desk/burden?period=2026-05"))


def test_one_service_is_looked_at_alone(app, database, service):
    with database.writing() as session:
        other = make.make_service(session, slug="other", prefix="OT", name="=ほかの場所")
    filings(database, 5, service.id)
    filings(database, 8, other.id)
    desk = member(app)
    assert "送られた申出13件" in words(desk.get("/desk/burden"))
    assert "送られた申出8件" in words(desk.get("/desk/burden?service=other"))


def test_the_table_for_a_spreadsheet_computes_nothing(app, database, service):
    with database.writing() as session:
        other = make.make_service(session, slug="other", prefix="OT", name="=1+1")
    filings(database, 5, other.id)
    answer = member(app).get("/desk/burden.csv?service=other")
    assert answer.mimetype == "text/csv" and "burden-fy2026.csv" in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["日または月", "サービス", "言語", "数えたこと", "内訳", "回数"]
    assert {row[1] for row in rows[1:]} == {"'=1+1"}
    assert ["2026-11-20", "'=1+1", "日本語", "送られた申出", "", "5"] in rows


def test_with_nothing_counted_the_page_says_what_the_form_asks_and_cites_the_law(app, database, service):
    desk = member(app)
    page = words(desk.get("/desk/burden"))
    assert "この期間に数えたものはありません" in page and "法22条2項2号" in page and "規則18条6項1号" in page
    assert "必須は7項目です" in page and "3か所を選び、4か所に書いて、送るだけです。" in page
    assert 'href="/desk/burden"' in desk.get("/desk/dashboard").text


def test_every_word_of_what_is_counted_has_a_name():
    from tracker.web.staff.burden import NAMES, SHORT, WITHIN

    assert set(NAMES) == set(Counted) and set(SHORT) == set(range(1, burden.SECTIONS + 1))
    for counted, limits in burden.RANGES.items():
        assert list(WITHIN[counted]) == [*map(str, limits), burden.MORE]
