"""Every link of the report rooms that names a place on a page leads to a place that is there."""

import re
from html import unescape

import pytest
from sqlmodel import select

from tests import make
from tests.report import made
from tests.web.desk import member, post
from tracker.law.publication import ITEMS
from tracker.models import Role, Service
from tracker.report import entries, publishing
from tracker.report.years import year_of

AT = "2027-06-10T10:00:00+09:00"
PAGE = "/desk/report/tsumugi/2026"
LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*#[^"]+)"')
ID = re.compile(r'\bid="([^"]+)"')


@pytest.fixture
def pages(database, freezer):
    """The addresses of the report rooms, with a year that has figures, texts, one version published and one waiting."""
    freezer.move_to(AT)
    with database.writing() as session:
        service = make.make_service(session)
        one, other = make.make_staff(session), make.make_staff(session, name="真鍋 修")
        make.make_notice(session, service, "2026-06-01T10:00+09:00")
        common = {"part": "3", "seen": 0, "by": one.id, "at": make.instant(AT)}
        entries.enter(session, service, 2025, "18-7", words="措置の半分以上に理由が要る。", **common)
        before = publishing.freeze(
            session, service, year_of(service, 2025), by=one.id, at=made.FROZEN, report=made.report(2025)
        )
        publishing.publish(session, before, by=other.id, at=made.PUBLISHED)
        made.freeze(session, service, one)
        entries.enter(session, service, 2026, "18-7", words="すべての措置に理由が要る。", **common)
    parts = [item.code for item in ITEMS]
    rooms = ["/desk/report", "/desk/approvals", *(f"/desk/report/tsumugi/{year}" for year in (2025, 2026, 2027))]
    return [
        *rooms,
        *(f"{PAGE}/{part}" for part in (*parts, "new-1", "assessment", "versions/1")),
        f"{PAGE}/18-2?one=honor",
        f"{PAGE}/assessment?copy=criterion-1",
    ]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD, Role.MANAGER])
def test_every_place_that_a_report_page_links_to_is_on_its_page(app, pages, role):
    client = member(app, role)
    read: dict[str, str] = {}

    def text(path: str) -> str:
        if path not in read:
            answer = client.get(path, follow_redirects=True)
            read[path] = answer.text if answer.status_code == 200 else ""
        return read[path]

    found = {(page, unescape(href)) for page in pages for href in LINK.findall(text(page))}
    gone = [f"{page} -> {href}" for page, href in sorted(found) if not there(page, href, text)]
    assert (PAGE, f"{PAGE}/assessment#change") in found  # 18-7, from what is left to do
    assert len(found) > 20 and not gone, "\n".join(gone)


def there(page: str, href: str, text) -> bool:
    """Whether the place that a link of a page names is on the page that it leads to."""
    path, _sign, place = href.partition("#")
    return place in {unescape(one) for one in ID.findall(text(path or page))}


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (
            "18-5-1",
            {"part": "suspended", "words": "算定の方法。", "number": "3", "seen": ""},
        ),  # the other of two stands
        ("18-5-20", {"words": "", "number": "3", "seen": ""}),
        ("18-5-20", {"words": "人数。", "number": "many", "seen": ""}),
        ("18-5-20", {"words": "人数。", "number": "", "seen": ""}),
        ("new-1", {"part": "", "words": "自社の取組。", "seen": ""}),
        ("assessment", {"criterion-3": "English only", "seen-criterion-3": ""}),
        ("home", {"home": "7"}),
        ("freeze", {}),
        ("versions/1/publish", {}),
        ("versions/1/return", {"reason": ""}),
    ],
)
def test_the_summary_of_what_is_wrong_leads_to_the_field_and_the_sentence_stands_there(
    app, database, pages, path, fields
):
    with database.writing() as session:
        by, service = make.make_staff(session, name="水原 あかり"), session.exec(select(Service)).one()
        common = {"number": 9, "words": "算定の方法。", "seen": 0, "by": by.id, "at": make.instant(AT)}
        entries.enter(session, service, 2026, entries.SENDER_TOTAL, part=entries.SENDERS, **common)
    answer = post(member(app, Role.MANAGER), f"{PAGE}/{path}", **fields)
    assert answer.status_code in {409, 422}
    summary = answer.text[answer.text.index('<section class="errors"') :]
    links = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', summary)
    assert links
    for place, says in links:
        assert f'id="{place}"' in answer.text, place
        assert answer.text.count(says) > 1, says
