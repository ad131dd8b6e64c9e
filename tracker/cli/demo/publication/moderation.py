"""The ledger of the demo: its files as they came, by hand and from the platform's system, and what its codes mean."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from io import BytesIO

from sqlmodel import Session

from tracker.casework import journal
from tracker.cli.demo.agenda import Act
from tracker.cli.demo.publication.days import Days
from tracker.cli.demo.publication.rows import File, content, written
from tracker.cli.demo.texts import publication
from tracker.law.ledger import Family, Vocabulary
from tracker.law.period import ONE_DAY
from tracker.models import LedgerImport, Service, Staff
from tracker.report.ledger import carry, codes, imports, store, tokens

AGAIN = (5, 7)  # on which what was open is said again, so that the year is published with what became of it


class Ledger:
    """The ledger of one service, and who works with it. `secret` is the platform's system's: nobody is shown it."""

    def __init__(self, session: Session, days: Days, service: Service, lead: Staff, manager: Staff) -> None:
        self.session, self.days, self.service, self.lead, self.manager = session, days, service, lead, manager
        self.secret = ""

    def acts(self) -> Iterator[Act]:
        """All that was done with it: the first file was taken in by hand, the others came at night."""
        files = [*self.days.files()]
        before = files[0][2] if files else self.days.running.first
        for no, (first, last, comes) in enumerate(files):
            file = File(first, last, comes, before, self.days.running.year, spoilt=no == len(files) - 1)
            at = self.days.at(comes, "02:14") if no else self.days.working(comes, "10:05")
            yield Act(at, partial(self._come, file, at))
            yield from self._begin(comes) if no == 0 else ()
            before = comes
            if self.days.ended and last == self.days.ended.last:
                before = date(last.year, *AGAIN)
                yield from self._mend(last, comes, before)
        if len(files) > 1 and files[-1][1] >= date(self.days.running.year, 5, 31):
            at = self.days.working(files[-1][2] + timedelta(days=2), "15:40")
            yield Act(at, partial(self._save, publication()["newer"]["codes"], publication()["newer"]["note"], 1, at))

    def _begin(self, day: date) -> Iterator[Act]:
        """After the first file its codes are mapped, somebody else looks at that, and the system gets its token."""
        at = self.days.working(day + timedelta(days=2), "15:30")
        yield Act(at, partial(self._save, {}, publication()["coded"], 0, at))
        at = self.days.working(day + timedelta(days=4), "17:10")
        yield Act(at, partial(codes.verify, self.session, self.service, 1, by=self.manager.id, at=at))
        at = self.days.working(day + timedelta(days=6), "17:40")
        yield Act(at, partial(self._connect, at))

    def _mend(self, last: date, comes: date, again: date) -> Iterator[Act]:
        """After the end of a year: a file of another service, what became of what was open, and what was forgotten."""
        given = publication()["wrong"]
        at = self.days.working(date(last.year, 4, 14), "13:20")
        yield Act(at, partial(self._mistake, given["name"], given["reason"], last, at))
        file = File(last + ONE_DAY, last, again, comes, self.days.running.year)
        at = self.days.working(again, "14:35")
        yield Act(at, partial(self._come, file, at, by_hand=True))
        at = self.days.working(date(last.year, 6, 2), "11:15")
        yield Act(at, partial(self._late, last.year, at))

    def _come(self, file: File, at: datetime, *, by_hand: bool = False) -> None:
        token = None if by_hand or not self.secret else tokens.enter(self.session, self.secret, at=at)
        actor = f"token:{token.id}" if token else journal.staff(self.lead.id)
        for family in Family:
            if body := content(family, file):
                name = f"{family}_{file.written:%Y%m%d}.csv"
                self._take_in(family, name, body, actor, at)

    def _take_in(self, family: Family, name: str, body: bytes, actor: str, at: datetime) -> LedgerImport:
        kept = store.keep(self.session.info["settings"], BytesIO(body))
        row = imports.begin(
            self.session, self.service, family, name, stored=kept.stored, size=kept.size, sha256=kept.sha256,
            actor=actor, at=at,
        )  # fmt: skip
        carry.carry_in(self.session, row.id, at=at)
        return row

    def _mistake(self, name: str, reason: str, day: date, at: datetime) -> None:
        rows = [[f"tv-{no}", f"{day}", "taken", "mimic", "", "yes", ""] for no in range(1, 13)]
        hand, body = journal.staff(self.lead.id), written(Family.REPORTS, rows)
        row = self._take_in(Family.REPORTS, name, body, hand, at)
        noticed = at + timedelta(minutes=25)
        imports.withdraw(self.session, self.service, row.id, reason=reason, by=self.lead.id, at=noticed)
        carry.take_back_in(self.session, row.id, at=noticed)

    def _late(self, year: int, at: datetime) -> None:
        given = publication()["late"]
        day = f"{date(year, *given['day'])}"
        kind, route, reason, ai, japan, exemption = given["row"]
        row = [f"late-{day}", day, kind, route, reason, ai, japan, day, exemption, str(given["count"])]
        hand, body = journal.staff(self.lead.id), written(Family.MEASURES, [row])
        self._take_in(Family.MEASURES, given["name"], body, hand, at)

    def _save(self, more: dict[str, dict[str, str]], note: str, seen: int, at: datetime) -> None:
        lines = {
            (Vocabulary(vocabulary), code): category
            for told in (publication()["codes"], more)
            for vocabulary, categories in told.items()
            for code, category in categories.items()
        }
        codes.save(self.session, self.service, lines, seen=seen, note=note, by=self.lead.id, at=at)

    def _connect(self, at: datetime) -> None:
        name = publication()["token"]
        self.secret = tokens.make(self.session, self.service, name, by=self.manager.id, at=at)[1]
