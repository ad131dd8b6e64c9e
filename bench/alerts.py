"""The night watch on a million running clocks: what a sweep costs, how fast it tells, how fast letters leave.

`python -m bench.alerts [--clocks N] [--due N] [--letters N] [--rounds N] [--profile]`; exits with 1 where a demand
is not met. On PostgreSQL with TEST_DATABASE_URL.
"""

import argparse
import smtplib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from statistics import median
from time import perf_counter, process_time
from uuid import uuid4

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from bench import place as places, relay, running
from bench.measure import profile, table
from bench.place import Place, place
from bench.recipe import make_service
from tracker.casework.watch import memos
from tracker.jobs.mail import carry_mail
from tracker.jobs.watching import carry_memos, raise_alerts
from tracker.letters import outbox
from tracker.letters.mime import Mail, mail
from tracker.models import Alert, Letter, Memo, MemoKind, Staff
from tracker.settings import Settings

HEADS = ("what", "figure", "demanded", "CPU", "met")
AT = datetime.fromisoformat("2026-04-30T10:00:00+09:00")
YESTERDAY = AT - timedelta(days=1)  # nothing is due
ENDS = [datetime.fromisoformat(f"2026-05-{day}T00:00:00+09:00") for day in ("06", "01")]  # tomorrow counts, and today
SWEEPS = 50
DEMANDS = 7  # lines of the table; a run that only profiles has fewer, and meets nothing
LONGEST, SLOWEST, SHARE = 10.0, 5000.0, 0.5  # ms of an empty sweep; alerts a second; of the bare rate of letters


@dataclass(frozen=True)
class Options:
    """How much is measured."""

    clocks: int
    due: int
    letters: int
    rounds: int
    profile: bool


@dataclass(frozen=True)
class Found:
    """One figure, and whether it is what was demanded."""

    what: str
    figure: str
    demanded: str
    cpu: str
    met: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 when every demand is met."""
    asked = _read(arguments)
    with place() as here, relay.running() as port:
        make_service(here)
        print(f"seeding {asked.clocks} running clocks", file=sys.stderr)
        start = perf_counter()
        running.seed(here, asked.clocks, lots=asked.rounds, due=asked.due, ends=ENDS, at=AT)
        print(f"seeded in {perf_counter() - start:.0f} s", file=sys.stderr)
        found = [_nothing_due(here, asked), *_due(here, asked), *_mail(here, asked, port)]
    print(f"\n## The night watch: {asked.clocks:,} running clocks on {'PostgreSQL' if places.SERVER else 'SQLite'}\n")
    print(table(HEADS, [(one.what, one.figure, one.demanded, one.cpu, "yes" if one.met else "NO") for one in found]))
    return 0 if len(found) == DEMANDS and all(one.met for one in found) else 1


def _read(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--clocks", type=int, default=1_000_000, help="how many clocks run")
    parser.add_argument("--due", type=int, default=10_000, help="how many of them are due in each round")
    parser.add_argument("--letters", type=int, default=300, help="letters in each round")
    parser.add_argument("--rounds", type=int, default=3, help="how often: the middle one counts")
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    return Options(**vars(parser.parse_args(arguments)))


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall, and of this process."""
    wall, cpu = perf_counter(), process_time()
    work()
    return perf_counter() - wall, process_time() - cpu


def _nothing_due(here: Place, asked: Options) -> Found:
    def sweep() -> None:
        raise_alerts(here.database, lambda: YESTERDAY)

    sweep()
    took = [_timed(sweep) for _n in range(SWEEPS)]
    wall, cpu = (1000 * median(column) for column in zip(*took, strict=True))
    return Found("a sweep with nothing due", f"{wall:.1f} ms", f"≤ {LONGEST:g} ms", f"{cpu:.1f} ms", wall <= LONGEST)


def _due(here: Place, asked: Options) -> list[Found]:
    """A lot a round, each due a minute after the one before. What was told has been given before the next one."""
    took = []
    for n in range(asked.rounds):
        before = _ledger(here)

        def sweep(at: datetime = AT + n * timedelta(minutes=1)) -> None:
            raise_alerts(here.database, lambda: at)

        if asked.profile and n == 0:
            print("\n## Alerts: where the time goes\n")
            print(profile(sweep))
        else:
            wall, cpu = _timed(sweep)
            took.append((asked.due / wall, asked.due / cpu, (_ledger(here) - before) / wall))
        assert _ledger(here) - before >= asked.due
        with here.database.writer.begin() as connection:
            connection.execute(
                text("update memo set given_at = queued_at, ended_at = queued_at where ended_at is null")
            )
    if not took:
        return []
    rate, cpu, rows = (median(column) for column in zip(*took, strict=True))
    what = f"{asked.due:,} due clocks claimed, entered and posted"
    return [
        Found(what, f"{rate:,.0f} a second", f"≥ {SLOWEST:,.0f}", f"{cpu:,.0f} a second", rate >= SLOWEST),
        Found("rows of the ledger with it", f"{rows:,.0f} a second", "", "", True),
    ]


def _ledger(here: Place) -> int:
    with here.database.reading() as session:
        return session.exec(select(func.count()).select_from(Alert)).one()


# ── letters ────────────────────────────────────────────────────────────────────────────────────────────────────


def _mail(here: Place, asked: Options, port: int) -> list[Found]:
    """The same mails by the product and by bare smtplib on one connection, by turns: letters, and memos to staff.

    Bare is the standard library's way, a message built and sent; beside it, bytes that somebody made before.
    """
    settings = here.database.info["settings"]
    here.database.info["settings"] = settings.model_copy(update={"mail": "smtp", "smtp_port": port})
    return [
        *_kind(here, asked, port, "letters", _letters, _waiting_letters, lambda: carry_mail(here.database, lambda: AT)),
        *_kind(here, asked, port, "memos", _memos, _waiting_memos, lambda: carry_memos(here.database, lambda: AT)),
    ]


def _kind(
    here: Place,
    asked: Options,
    port: int,
    name: str,
    post: Callable[[Place, int], None],
    waiting: Callable[[Session], list[outbox.Parcel]],
    carry: Callable[[], None],
) -> list[Found]:
    post(here, 20)
    carry()  # everybody's caches are warm, and what the seed left has gone
    took = []
    for n in range(asked.rounds):
        post(here, asked.letters)
        parcels = _parcels(here, waiting)
        settings = here.database.info["settings"]
        made = [mail(settings, parcel) for parcel in parcels]
        assert len(made) == asked.letters
        if asked.profile and n == 0:
            print(f"\n## {name.capitalize()}: where the time goes\n")
            print(profile(carry))
            continue
        bare = [partial(_build_and_send, port, settings, parcels), partial(_send, port, made)]
        before = [_seconds(work) for work in bare]
        wall, cpu = _timed(carry)
        after = [_seconds(work) for work in bare]
        took.append((*(sum(pair) / 2 for pair in zip(before, after, strict=True)), wall, cpu))
        assert _parcels(here, waiting) == []
    if not took:
        return []
    built, ready = (median(one[k] / one[2] for one in took) for k in (0, 1))
    rates = (f"{asked.letters / median(column):,.0f}" for column in zip(*took, strict=True))
    bare, bytes_, real, cpu = rates
    figure = f"{built:.2f} of bare ({real} beside {bare} a second)"
    return [
        Found(f"{name} claimed, carried, settled", figure, f"≥ {SHARE}", f"{cpu} a second", built >= SHARE),
        Found(f"{name} beside bytes made before", f"{ready:.2f} ({bytes_} a second)", "", "", True),
    ]


def _seconds(work: Callable[[], object]) -> float:
    return _timed(work)[0]


def _letters(here: Place, many: int) -> None:
    for _n in range(many):
        with here.database.writing() as session:
            running.notice(session, AT - timedelta(hours=1))


def _memos(here: Place, many: int) -> None:
    """As the sweep writes them, each with a full body."""
    with here.database.writing() as session:
        staff = session.exec(select(Staff).order_by(Staff.email)).first()
        body = session.exec(select(Memo.body).order_by(func.length(Memo.body).desc())).first()
        assert staff and body
        for _n in range(many):
            memos.post(session, staff, MemoKind.SINGLE, uuid4().hex, "【今日】30件　ほか0件", body, at=AT)


def _waiting_letters(session: Session) -> list[outbox.Parcel]:
    ids = session.exec(select(Letter.id).where(col(Letter.ended_at).is_(None))).all()
    return [parcel for id in ids if (parcel := outbox.claim(session, id, AT))]


def _waiting_memos(session: Session) -> list[outbox.Parcel]:
    ids = session.exec(select(Memo.id).where(col(Memo.ended_at).is_(None))).all()
    return [parcel for id in ids if (parcel := memos.claim(session, id, AT))]


def _parcels(here: Place, waiting: Callable[[Session], list[outbox.Parcel]]) -> list[outbox.Parcel]:
    """Everything in an outbox, in the clear; nothing stays claimed."""
    with here.database.writing() as session:
        found = waiting(session)
        session.rollback()
    return found


def _build_and_send(port: int, settings: Settings, parcels: Sequence[outbox.Parcel]) -> None:
    """What a program does that has nothing but the standard library: a message for each, and one connection."""
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for parcel in parcels:
            message = EmailMessage()
            message["From"], message["To"], message["Subject"] = settings.mail_from, parcel.to, parcel.subject
            message["Date"], message["Message-ID"] = format_datetime(parcel.queued_at), f"<{parcel.id}@kigen.example>"
            message["Auto-Submitted"] = "auto-generated"
            message.set_content(parcel.body, cte="base64")
            smtp.send_message(message)


def _send(port: int, mails: Sequence[Mail]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for one in mails:
            smtp.sendmail(one.sender, one.to, one.content)


if __name__ == "__main__":
    sys.exit(main())
