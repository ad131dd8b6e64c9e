"""What is done in the house or on a page before it is pictured."""

import io
from dataclasses import replace
from datetime import date, timedelta

from PIL import Image
from sqlmodel import Session, col, select

from tools.screens import finding
from tools.screens.house import LEAD, NOW
from tools.screens.screen import Visit
from tracker.casework import (
    NotAllowed,
    corrections,
    criteria,
    decisions,
    feeds,
    intake,
    journal,
    messages,
    orders,
    receipts,
    reversals,
)
from tracker.casework.criteria import ClauseText, Draft
from tracker.casework.criteria.clauses import text_of
from tracker.casework.decisions import Judgement
from tracker.casework.filings.years import last_year
from tracker.casework.holding import refuse_erasure
from tracker.casework.holiday_file import HEAD
from tracker.casework.intake import FiledItem, Filing
from tracker.casework.orders.answers import Said
from tracker.casework.orders.typed import typed_proof
from tracker.casework.reasons import templates
from tracker.casework.reasons.shipped import BY_KEY
from tracker.casework.reasons.templates import Wording
from tracker.casework.watch import answers
from tracker.casework.watch.sweep import sweep
from tracker.closed_days import working_calendar
from tracker.law.clocks import REPLY
from tracker.law.grounds import Basis, MeasureKind, Origin, Right, Standing
from tracker.law.period import japanese_day
from tracker.models import Case, Clock, Custodian, LineAnswer, LogHold, OrderKind, Role, Service, Staff
from tracker.report import entries, publishing
from tracker.report.figures import notices, read
from tracker.report.years import year_of

POST = "https://tsumugi.example/p/81f02c"
QUOTE = "前の職場で金を盗んでクビになった人だから、関わらない方がいいよ"
WHY = (
    "2年前に自分から退職しました。金銭の問題は一切ありません。\n"
    "この投稿の後、いまの勤務先に問い合わせが来て、困っています。"
)
REASON = "事実の裏付けがなく、申出者の社会的評価を下げる投稿であり、公益を図る目的も認められないため。"
YOUNG = ClauseText("第5条5項", "動画の無断転載", "人が映る動画を、本人の同意なく切り抜いて載せる投稿")
MAIN = "main button.button--main"


def colleague(session: Session) -> Staff:
    """A reviewer of the demo."""
    return session.exec(select(Staff).where(Staff.role == Role.REVIEWER).order_by(col(Staff.email))).first()  # type: ignore[return-value]


def many(session: Session) -> None:
    """A filing of 300 posts of yesterday, with 120 of them judged."""
    service = session.exec(select(Service).where(Service.prefix == "TH")).one()
    at = NOW - timedelta(hours=26)
    items = [_item(n) for n in range(1, 301)]
    filing = Filing(
        token="300" * 10 + "00", standing=Standing.LAWYER, rights=[Right.COPYRIGHT], primary_right=Right.COPYRIGHT,
        items=items, reason="作者の許しなく、連載の画像が1話ずつ転載されています。", name="弁護士 大里 文彦",
        email="osato@law.example",
    )  # fmt: skip
    notice = intake.file(session, service, filing, at=at)
    receipts.acknowledge(session, service, notice, at=at)
    seen = [(item.id, 0) for item in decisions.items_of(session, notice)[:120]]
    decisions.decide(session, notice, seen, Judgement(False, REASON), by=colleague(session).id, at=NOW)


def young_criteria(session: Session) -> None:
    """Criteria that may be used since yesterday, and a decision of today that rests on them."""
    notice, service = finding.notice(session, "dancer"), finding.service(session, "dancer")
    published = NOW - timedelta(days=16)
    version = criteria.publish(
        session, service, title="投稿の削除などの基準", clauses=[YOUNG], published_at=published, at=published,
        actor=journal.SYSTEM, url=service.criteria_url,
    )  # fmt: skip
    criteria.end_waits(session, at=NOW - timedelta(hours=10))
    [clause] = criteria.clauses_of(session, version)
    seen = [(item.id, 0) for item in decisions.items_of(session, notice)[:2]]
    judgement = Judgement(True, REASON, MeasureKind.REMOVE, Basis.CLAUSE, clause.id)
    decisions.decide(session, notice, seen, judgement, by=colleague(session).id, at=NOW)


def draft_criteria(session: Session) -> None:
    """A colleague began the next version: one clause says more, one is new, one thing was looked at."""
    service = session.exec(select(Service).where(Service.slug == "tsumugi")).one()
    newest = criteria.versions(session, service.id)[0]
    first, *rest = map(text_of, criteria.clauses_of(session, newest))
    clauses = [replace(first, words=first.words + "。論評を除く"), *rest, replace(YOUNG, origins=(Origin.NOTICE,))]
    draft = Draft(newest.title, clauses, "", {"plain": "利用者2人に読んでもらった"})
    criteria.save(session, service, draft, seen=0, by=colleague(session).id, at=NOW - timedelta(hours=1))


def save_late(visit: Visit) -> None:
    """Save a draft that a colleague saves first."""
    visit.meanwhile(_save_first)
    visit.page.fill("textarea[name=clause_words] >> nth=0", "事実を示して人の名誉を傷つける投稿")
    visit.send(MAIN)


def _save_first(session: Session) -> None:
    service = session.exec(select(Service).where(Service.slug == "tsumugi")).one()
    row = criteria.draft_of(session, service.id)
    if row:
        criteria.save(session, service, criteria.drafted(row), seen=row.version, by=colleague(session).id, at=NOW)


def take_back(session: Session) -> None:
    """The measures of a case are taken back, after those concerned were told of them."""
    notice, by = finding.notice(session, "mixed"), colleague(session).id
    ids = [m.id for m in reversals.may_reverse(session, notice)]
    reversals.reverse(session, notice, ids, "投稿は真実と分かったため。", reversed_at=NOW, by=by, at=NOW)


def _item(n: int) -> FiledItem:
    url = f"{finding.MANY}{n:03d}"
    return FiledItem(url=url, url_normal=url, quote=f"第{n}話 まとめて読める", account=f"@yomitai_{n % 7}", posted="")


def fill_form(visit: Visit) -> None:
    """Fill in the form as a claimant would, with two posts and a picture."""
    page = visit.page
    page.check("input[name=standing][value=person]")
    for right in ("honor", "privacy"):
        page.check(f"input[name=rights][value={right}]")
    page.fill("input[name=url] >> nth=0", POST)
    page.fill("textarea[name=quote] >> nth=0", QUOTE)
    visit.send("button[name=do][value=add]")
    page.fill("input[name=url] >> nth=1", "https://tsumugi.example/p/81f0b7")
    page.fill("textarea[name=quote] >> nth=1", "住んでいるのは駅前のハイツ。勤め先も知っている")
    page.fill("textarea[name=reason]", WHY)
    page.set_input_files("input[name=evidence]", [{"name": "画面.png", "mimeType": "image/png", "buffer": _picture()}])
    page.fill("input[name=name]", "水原 あかり")
    page.fill("input[name=email]", "akari@mail.example")
    page.check("input[name=tell][value=evidence]")
    page.check("input[name=confirm]")


def send_form(visit: Visit) -> None:
    """Fill in the form and send it."""
    fill_form(visit)
    visit.send(MAIN)


def send_half(visit: Visit) -> None:
    """Send the form with half of it missing: what was typed and the picture stay."""
    fill_form(visit)
    page = visit.page
    page.fill("input[name=url] >> nth=0", "tsumugi のトップページ")
    page.fill("textarea[name=reason]", "")
    page.fill("input[name=email]", "akari＠mail")
    page.uncheck("input[name=confirm]")
    visit.send(MAIN)


def send_twice(visit: Visit) -> None:
    """File the same again from a fresh page."""
    send_form(visit)
    visit.go("public.intake_form", slug="tsumugi")
    send_form(visit)


def press(visit: Visit) -> None:
    """Press the main button."""
    visit.send(MAIN)


def show_receipt(visit: Visit) -> None:
    """Paste a signed receipt into the page that checks one."""
    visit.page.fill("#receipt", visit.find(finding.receipt_file("apprentice")))
    visit.send(MAIN)


def show_altered(visit: Visit) -> None:
    """Paste a receipt of which one character was changed."""
    whole: str = visit.find(finding.receipt_file("apprentice"))
    visit.page.fill("#receipt", whole.replace('"items":', '"items":1'))
    visit.send(MAIN)


def make_feed(visit: Visit) -> None:
    """Make the address of a calendar of one's own cases."""
    visit.page.check("input[name=of][value=mine]")
    visit.send(MAIN)


def make_feeds(visit: Visit) -> None:
    """Make an address beside a colleague's, and come back to the list."""
    visit.meanwhile(lambda session: feeds.make(session, owner=colleague(session).id, service=None, at=NOW))
    make_feed(visit)
    visit.go("staff.feeds")


def make_channel(visit: Visit) -> None:
    """Make a webhook that signs what it sends."""
    visit.page.fill("#f-name", "当番の画面")
    visit.page.check("input[name=kind][value=standard]")
    visit.page.fill("#f-url", "https://hooks.tsumugi.example/kigen")
    visit.send(MAIN)


def make_channels(visit: Visit) -> None:
    """Make a webhook, and come back to the list."""
    make_channel(visit)
    visit.go("staff.channels")


def open_letter(visit: Visit) -> None:
    """Open the newest letter of the status page."""
    visit.send("main form button")


def look_up_wrongly(visit: Visit) -> None:
    """Look a number up with a wrong secret."""
    visit.page.fill("input[name=number]", "TH-2026-000012")
    visit.page.fill("input[name=secret]", "はずれ-あいことば")
    visit.send(MAIN)


def ask(session: Session) -> None:
    """The claimant wrote, and staff ask for something (補正依頼)."""
    notice = finding.notice(session, "landlord")
    heard = messages.receive(
        session, notice, "会社の同僚にも見られていることがわかりました。", at=NOW - timedelta(hours=3)
    )
    words = "2件目のURLを開くと「ページが見つかりません」と出ます。投稿の画面の画像か、正しいURLをください。"
    corrections.ask(session, notice, words, seen=[heard.id], by=colleague(session).id, at=NOW - timedelta(hours=1))


def answer_wrongly(visit: Visit) -> None:
    """Answer with a picture and with a file that cannot be taken."""
    good = {"name": "画面.png", "mimeType": "image/png", "buffer": _picture()}
    visit.page.fill("textarea[name=text]", "2件目の画面です。")
    wrong = {"name": "メモ.txt", "mimeType": "text/plain", "buffer": b"memo"}
    visit.page.set_input_files("input[name=evidence]", [good, wrong])
    visit.send(MAIN)


def new_address(visit: Visit) -> None:
    """Ask for mail to go to another address."""
    visit.page.fill("input[name=email]", "minami.new@mail.example")
    visit.send(MAIN)


def sign_in_wrongly(visit: Visit) -> None:
    """Sign in with a wrong password."""
    visit.page.fill("input[name=email]", "haruka@tsumugi.example")
    visit.page.fill("input[name=password]", "まちがい")
    visit.send(MAIN)


def unfold(visit: Visit) -> None:
    """Open everything that is folded on the page."""
    visit.page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true })")


def open_sheet(visit: Visit) -> None:
    """Open the calculation sheet of the reply beside the case."""
    visit.page.click("#must li[id^=clock-reply] a[hx-get]")
    visit.page.wait_for_selector("#sheet .strip")


def unfold_filters(visit: Visit) -> None:
    """Open the filters of the list."""
    visit.page.evaluate("document.querySelectorAll('.filters details').forEach(d => { d.open = true })")


def hand_out_to_nobody(visit: Visit) -> None:
    """Choose two rows and nobody to give them to."""
    for n in (0, 2):
        visit.page.locator("input[name=pick]").nth(n).check()
    visit.send(".handbar button:not([name=me])")


def judge(visit: Visit) -> None:
    """Fill in a decision, unsent."""
    page = visit.page
    page.locator("input[name=item]:not([disabled])").first.check()
    page.check("input[name=take][value=yes]")
    page.select_option("select[name=kind]", "remove")
    page.locator("input[name=basis]:not([disabled])").first.check()
    page.fill("textarea[name=reason]", REASON)


def judge_nothing(visit: Visit) -> None:
    """Send an empty decision."""
    visit.send("#decide .actions button")


def judge_too_late(visit: Visit) -> None:
    """Send a decision after a colleague decided the same."""
    judge(visit)

    def decide(session: Session) -> None:
        notice = finding.notice(session, "landlord")
        seen = [(item.id, 0) for item in decisions.items_of(session, notice)]
        reason = "意見や論評の範囲にとどまり、受忍限度を超えるとは認められないため。"
        decisions.decide(session, notice, seen, Judgement(False, reason), by=colleague(session).id, at=NOW)

    visit.meanwhile(decide)
    visit.send("#decide .actions button")


def execute_too_early(visit: Visit) -> None:
    """Record a measure of a day on which its criteria could not be used: it is asked for the reason of the breach."""
    page = visit.page
    page.locator("input[name=measures]").first.check()
    page.fill("input[name=executed_at]", "2026-04-28T10:00:00")
    visit.send("#execute button[type=submit]")


def ask_for_interim(visit: Visit) -> None:
    """Preview an interim reply."""
    visit.page.check("input[name=ground][value=sender_opinion]")
    visit.send("#interim button[type=submit]")


def tick_holds(visit: Visit) -> None:
    """Tick three holds and look at the order."""
    for n in range(3):
        visit.page.locator("input[name=hold]").nth(n).check()
    visit.send("button[name=do][value=look]")


def tick_to_erase(visit: Visit) -> None:
    """Tick a hold that is over and look at the order to erase."""
    visit.page.locator("input[name=hold]").first.check()
    visit.page.check("input[name=kind][value=erase]")
    visit.send("button[name=do][value=look]")


def _may_go(session: Session, hold: LogHold) -> bool:
    try:
        refuse_erasure(session, [hold], at=NOW)
    except NotAllowed:
        return False
    return True


def erase_logs(session: Session) -> None:
    """An order to erase what is over, and the custodian's answer with its proof."""
    custodian = session.exec(select(Custodian).order_by(col(Custodian.name))).first()
    assert custodian is not None  # noqa: S101 - the demo has two
    over = (
        select(LogHold)
        .join(Case, col(Case.id) == col(LogHold.case_id))
        .where(Case.service_id == custodian.service_id, col(LogHold.released_at).is_not(None))
    )
    at, by = NOW, colleague(session).id
    ended = session.exec(over.order_by(col(LogHold.from_at), col(LogHold.id))).all()
    holds = [hold.id for hold in ended if _may_go(session, hold)][:2]
    order = orders.place(session, custodian, holds, by=by, at=at, kind=OrderKind.ERASE)
    said = {}
    for hold in orders.order_holds(session, order):
        counts = {name: 12 for name in hold.classes if name in ("2-5", "2-8", "2-9")}
        proof = typed_proof(
            order, hold.id, classes=hold.classes, counts=counts, deidentified={"2-3": 1},
            erased_at=at, reference="K-77",
        )  # fmt: skip
        said[hold.id] = Said(LineAnswer.ERASED, "K-77", proof)
    orders.answer_lines(session, order, said, words="配信基盤課 望月", actor=journal.CUSTODIAN, at=at)


def answer_order(visit: Visit) -> None:
    """Answer an order as the custodian does: one line is not there."""
    visit.page.locator("select[name^=answer-]").first.select_option("not_held")
    visit.page.fill("input[name=by]", "配信基盤課 望月")
    visit.send(MAIN)


def publish_unproved(visit: Visit) -> None:
    """Say that a draft was published elsewhere before, and give no proof of it."""
    visit.page.check("input[name=when][value=earlier]")
    visit.page.fill("input[name=published_at]", "2026-05-11T09:00:00")
    visit.send(MAIN)


def write_template(session: Session) -> None:
    """Keep a template of the house, in two versions."""
    one = BY_KEY["honor-take"]
    wording = Wording(True, "退職の理由についての書き込み", one.text, right=one.right, clause="第4条1項")
    row = templates.write(session, wording, by=colleague(session).id, at=NOW - timedelta(days=20))
    wording = replace(wording, text=one.text + "［＿退職証明書などの日付＿］の記載によります。")
    templates.rewrite(session, row.template, 1, wording, by=colleague(session).id, at=NOW - timedelta(days=3))


def promote(session: Session) -> None:
    """Let whoever is signed in keep the book, too."""
    session.exec(select(Staff).where(Staff.email == LEAD)).one().role = Role.ADMINISTRATOR


def freeze_year(session: Session) -> None:
    """A colleague froze the year that ended, and whoever is signed in may publish it."""
    promote(session)
    service = session.exec(select(Service).where(Service.slug == "tsumugi")).one()
    year = year_of(service, last_year(japanese_day(NOW)))
    if year is None:
        raise LookupError("the service was not registered in that year")
    source, by = read(session, service, year, at=NOW), colleague(session).id
    said = [("18-3-3", one.value) for one in notices.excuse_missing(source)]
    for code, part in [*said, *(("18-3-8", right.value) for right in notices.unavoidable_missing(source))]:
        words = "事実の確認に時間を要したためです。"
        entries.enter(session, service, year.year, code, part=part, words=words, seen=0, by=by, at=NOW)
    publishing.freeze(session, service, year, by=by, at=NOW)


def watch_over(session: Session) -> None:
    """The watch goes its round, and whoever is signed in has taken one of what it told."""
    sweep(session, at=NOW)
    told = select(Clock).where(Clock.rule == REPLY.key, col(Clock.stopped_at).is_(None)).order_by(col(Clock.due_at))
    first = session.exec(told.where(col(Clock.voided_at).is_(None)).limit(1)).one()
    lead = session.exec(select(Staff).where(Staff.email == LEAD)).one()
    answers.take(session, first.id, by=lead.id, at=NOW)


def upload_holidays(visit: Visit) -> None:
    """Choose a table that knows one day more and one less than the calendar in use."""
    days = {day: name for day, name in working_calendar().holidays.items() if day.year < 2028}
    days[date(2027, 6, 1)] = "式典の日"
    del days[date(2027, 3, 22)]
    rows = [f"{day.year}/{day.month}/{day.day},{name}" for day, name in sorted(days.items())]
    _upload(visit, "\r\n".join([",".join(HEAD), *rows]).encode("cp932"))


def upload_nonsense(visit: Visit) -> None:
    """Choose the page on which the table is linked, instead of the table."""
    _upload(visit, b"<!DOCTYPE html>")


def _upload(visit: Visit, content: bytes) -> None:
    visit.page.set_input_files("#f-file", {"name": "syukujitsu.csv", "mimeType": "text/csv", "buffer": content})
    visit.send("#import button")


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "#e8e8e4").save(out, "PNG")
    return out.getvalue()
