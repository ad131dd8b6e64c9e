"""A feed as an iCalendar (RFC 5545, 7986): one event for each date, in Japanese, without names, content or reasons."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration, vText

from tracker.casework.feeds.entries import Entries, Entry
from tracker.i18n import japanese_date, japanese_time
from tracker.law.calendars import Uncovered
from tracker.law.clocks import Bound, ClockRule, Confidence, Given
from tracker.law.clocks.measures import APPEAL
from tracker.law.grounds import term
from tracker.law.period import JST, ONE_DAY, Days, Length, Step, boundary, japanese_day
from tracker.law.sheets import origin, period
from tracker.models import Service

HOUR = timedelta(hours=1)
A_COPY = "この予定の日付は計算の写しです。正しい日付は事案の画面で確かめてください。"
CUT = "予定が多いため、早いものだけを載せています。"


def calendar(shown: Entries, service: Service | None, *, base_url: str, at: datetime) -> bytes:
    """The whole feed as it is sent. `service` is None for what one person has."""
    made = Calendar()
    made.add("prodid", "-//Kigen//Kigen//JA")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    name = f"{service.name}の期限（Kigen）" if service else "わたしの担当の期限（Kigen）"
    says = A_COPY + (CUT if shown.cut else "")
    for key, words in (("name", name), ("x-wr-calname", name), ("description", says), ("x-wr-caldesc", says)):
        made.add(key, vText(words))
    made.add("x-wr-timezone", vText(JST.key))
    made.add("refresh-interval", vDuration(HOUR), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(HOUR))
    if any(_timed(entry) for entry in shown.rows):
        made.add_component(_japan())
    host = urlsplit(base_url).hostname or "kigen"
    for entry in shown.rows:
        made.add_component(_event(entry, host, base_url.rstrip("/"), at))
    return bytes(made.to_ical())


def _event(entry: Entry, host: str, base_url: str, at: datetime) -> Event:
    """One date. A deadline and a wait have no hour: the law counts days. An office target has one."""
    clock, link = entry.face.clock, f"{base_url}{entry.path}"
    event = Event()
    event.add("uid", f"{entry.id}@{host}")
    event.add("dtstamp", at)
    event.add("last-modified", max(clock.started_at, entry.moment) if entry.passed else clock.started_at)
    event.add("sequence", int(entry.passed))  # what changes in it is that its day went by
    if _timed(entry):
        event.add("dtstart", entry.moment.astimezone(JST))
    else:
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + ONE_DAY)
    event.add("summary", summary(entry))
    event.add("description", "\n".join(_lines(entry, link)))
    event.add("url", link)
    event.add("transp", "TRANSPARENT")  # a deadline takes no time in anybody's day
    return event


def summary(entry: Entry) -> str:
    """期限 申出者への通知 TH-2026-000053（義務）. An office target is never called a deadline."""
    shown, kind = entry.face, entry.face.kind
    force = term(shown.clock.force).label
    if kind == "wait":
        head, tail = "待機終了", f"{force}・0時から"
    elif kind == "deadline":
        head, tail = "期限超過" if entry.passed else "期限", force
    else:
        head = "目標を過ぎた" if entry.passed else "目標"
        tail = f"{force}・日時は事務所の目標" if _timed(entry) else force
    return " ".join(part for part in (head, shown.rule.label, f"{entry.number}（{tail}）") if part)


def _lines(entry: Entry, link: str) -> list[str]:
    shown = entry.face
    lines = [f"根拠: {shown.clock.article}（{term(shown.clock.force).label}）", f"数え方: {_counted(entry)}"]
    if shown.rule.key == APPEAL.key:
        lines.append("判断は、措置に加わっていない人がします。")
    if shown.rule.confidence is Confidence.UNVERIFIED:
        lines.append("要確認: 条文をまだ確かめていません。この日付を使う前に、専門家に確かめてください。")
    if not entry.confirmed:
        lines.append("改正後条文未確認: 改正前と同じ数え方で計算しています。")
    if shown.last_working_day:
        lines.append(f"その日までの最終営業日: {japanese_date(shown.last_working_day)}")
    return [*lines, f"事案: {link}", A_COPY]


def _counted(entry: Entry) -> str:
    """How the date was counted, in one line: by the same days that its calculation sheet shows."""
    clock, rule = entry.face.clock, entry.face.rule
    day = japanese_date(entry.day)
    if rule.bound is Bound.PROMPTLY:
        start = japanese_time(clock.started_at, seconds=False)
        return f"法に日数の定めはありません。{start}から数えた事務所の目標です。"
    start = _start(rule, clock.started_at)
    steps = _steps(entry)
    if not steps or rule.length is None:
        return f"{start}に始まり、日付は{'書面の定めに' if rule.stated else '事案の画面に'}よります。"
    first = "初日を数えずに" if steps[0].number == 0 else "午前零時に始まるため初日も数えて"
    if rule.bound is Bound.NOT_BEFORE:
        return f"{start}に始まり、{first}{_length(rule.length)}が過ぎた、{day}の0時から。"
    moved = "末日が休みのため次の開庁日に延び、" if steps[-1].moved else ""
    return f"{start}に始まり、{first}{_length(rule.length)}。{moved}{day}の終わりに満了します。"


def _start(rule: ClockRule, started_at: datetime) -> str:
    """When the period begins: a day where the hour plays no part."""
    if rule.given is Given.DAY:
        return japanese_date(japanese_day(started_at))
    return japanese_time(origin(rule, started_at), seconds=False)


def _steps(entry: Entry) -> list[Step]:
    """The days of its sheet; none where they do not end with the date that is stored, because a paper names it."""
    clock = entry.face.clock
    try:
        steps = period(entry.face.rule, clock.started_at, entry.calendar)
    except Uncovered:
        return []
    return steps if steps and boundary(steps) == clock.due_at else []


def _length(length: Length) -> str:
    return f"{length.n}日" if isinstance(length, Days) else f"{length.n}か月"


def _timed(entry: Entry) -> bool:
    return entry.face.rule.bound is Bound.PROMPTLY


def _japan() -> Timezone:
    """Japan keeps one time all year, since 1951."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", JST.key)
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - local by definition
    standard.add("tzoffsetfrom", timedelta(hours=9))
    standard.add("tzoffsetto", timedelta(hours=9))
    standard.add("tzname", "JST")
    zone.add_component(standard)
    return zone
