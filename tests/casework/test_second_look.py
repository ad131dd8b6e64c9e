"""Versions of the yearly publication that wait for a second person: which, until when, for how many queries."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from tests import make
from tracker.casework import filings, journal, second_look
from tracker.casework.register import register_of
from tracker.casework.watch import digests
from tracker.law.clocks.minister import PUBLICATION
from tracker.models import Publication, Role

FROZEN = make.instant("2027-05-10T10:00+09:00")


@pytest.fixture
def service(session):
    return make.make_service(session)


@pytest.fixture
def froze(session):
    return make.make_staff(session, "水原 あかり", Role.MANAGER)


def freeze(session, service, froze, year=2026, version=1, **changes) -> Publication:
    """A version without its files: nothing here reads them."""
    at = FROZEN + timedelta(minutes=version)
    values = {"case_id": register_of(session, service, at).id, "service_id": service.id, "frozen_at": at}
    row = Publication(**values, year=year, version=version, sha256="0" * 64, frozen_by=froze.id, **changes)
    session.add(row)
    session.flush()
    return row


def told(session, staff, day: str) -> str:
    """What the digest of that morning says of versions."""
    body = digests.morning(session, staff.id, at=make.instant(f"{day}T08:30+09:00")).body
    return body.partition("■ 確認を待っている年次公表の版\n")[2].partition("\n\n")[0]


def test_a_version_waits_until_it_is_published_or_sent_back_the_longest_waiting_first(session, service, froze):
    freeze(session, service, froze, version=1, returned_at=FROZEN)
    later = freeze(session, service, froze, version=3)
    published = freeze(session, service, froze, year=2025, version=1, published_at=FROZEN)
    first = freeze(session, service, froze, year=2025, version=2)

    found = second_look.waiting(session)
    assert [(one.row, one.frozen_by, one.corrects) for one in found] == [
        (first, "水原 あかり", published), (later, "水原 あかり", None),
    ]  # fmt: skip
    assert [one.due for one in found] == [None, date(2027, 5, 31)]  # a correction is due by no day


def test_one_version_more_costs_no_query_more(session, service, froze):
    def asked() -> int:
        session.expire_all()
        statements = []

        def watch(*said):
            statements.append(said[2])

        event.listen(session.get_bind(), "before_cursor_execute", watch)
        found = second_look.waiting(session)
        [(one.service.slug, one.frozen_by, one.due, one.late(date(2027, 6, 1))) for one in found]
        event.remove(session.get_bind(), "before_cursor_execute", watch)
        return len(statements)

    assert asked() == 1
    freeze(session, service, froze)
    few = asked()
    for year in range(2019, 2026):
        freeze(session, service, make.make_staff(session, f"管理者{year}"), year=year)
    assert asked() == few <= 4


def test_the_morning_takes_the_last_day_from_the_year_although_no_period_runs(session, service, froze):
    other = make.make_staff(session, "真鍋 修", Role.MANAGER)
    freeze(session, service, froze)

    line = "・「つむぎ広場」2026年度 第1版　公表の期限 5/31(月)"
    assert told(session, other, "2027-05-11").startswith(f"{line}\n")
    assert told(session, other, "2027-06-10").startswith(f"{line}\n")  # its end is not recorded: not called late


def test_the_morning_says_by_how_many_days_a_year_is_late(session, service, froze):
    filings.end_years(session, at=make.instant("2027-04-01T00:05+09:00"))
    other = make.make_staff(session, "真鍋 修", Role.MANAGER)
    freeze(session, service, froze)

    line = "・「つむぎ広場」2026年度 第1版　公表の期限 5/31(月)"
    assert told(session, other, "2027-05-31").startswith(f"{line}\n")
    assert told(session, other, "2027-06-10").startswith(f"{line}　10日超過\n")


def test_a_correction_and_a_year_published_elsewhere_have_no_last_day(session, service, froze):
    filings.end_years(session, at=make.instant("2027-04-01T00:05+09:00"))
    other = make.make_staff(session, "真鍋 修", Role.MANAGER)
    freeze(session, service, froze, year=2025, version=1, published_at=FROZEN)
    freeze(session, service, froze, year=2025, version=2)
    freeze(session, service, froze)
    made = {"actor": journal.staff(other.id), "at": FROZEN}
    filings.yearly_done(session, service, PUBLICATION.key, date(2027, 4, 20), "https://tsumugi.example/r", **made)

    said = told(session, other, "2027-06-10")
    assert "2025年度 第2版\n" in said and "2026年度 第1版\n" in said
    assert "期限" not in said and "超過" not in said


def test_a_service_registered_after_the_year_is_named_and_has_no_last_day(session, service, froze):
    freeze(session, service, froze)
    service.registered_on = date(2027, 4, 1)  # put right after the version was frozen

    [one] = second_look.waiting(session)
    assert (one.registered, one.due, one.late(date(2028, 1, 1))) == (False, None, 0)
    administrator = make.make_staff(session, "大久保 亮", Role.ADMINISTRATOR)
    assert told(session, administrator, "2027-06-10").startswith("・「つむぎ広場」2026年度 第1版\n")
    assert told(session, froze, "2027-06-10") == ""
