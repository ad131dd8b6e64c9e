"""What has to hold before a year is published (law.md 7(c), features.md 5.4): each check names the rows that break it.

Some hold by how the figures are made. They are checked all the same: a counter that is changed later must not go
unnoticed, and what is published can be checked by anybody in the same way.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

from sqlmodel import Session, col, select

from tracker.casework.counted import WITHDRAWN
from tracker.i18n import gettext
from tracker.law import N_
from tracker.law.ledger import VOCABULARIES
from tracker.law.publication import ITEMS
from tracker.models import Case, Notice, NoticeTally, Service
from tracker.report import bridge
from tracker.report.categories import UNKNOWN, UNMAPPED
from tracker.report.content import COUNT, POSTS, Failed, Line
from tracker.report.figures.source import Source
from tracker.report.ledger import imports

NAMED = 20  # of what is missing
MORE = N_("%(code)s の %(some)s が %(whole)s の %(all)s を超えています。")
MORE_OF_ONE = N_("%(code)s の %(name)s が %(whole)s より多くなっています。")
APART = N_("%(code)s の件数が、つながりの表と違います。")
NO_INTERIM = N_("途中経過の記録がない申出が、途中経過の後の件数に入っています。")
NAMELESS = {
    UNMAPPED: N_("意味を確かめていない符号の件数があります。"),
    UNKNOWN: N_("理由のない行があります。"),
}
Lines = dict[tuple[str, str, str, str], int]
Names = Mapping[tuple[str, str], str]  # of categories, by item and code: two items may call one code differently


def keyed(lines: Sequence[Line]) -> Lines:
    """Lines by item, first and second category and measure."""
    return {(line.code, line.one.code, line.two.code if line.two else "", line.measure): line.value for line in lines}


def parts_add_up(lines: Sequence[Line], _source: Source) -> Iterator[Failed]:
    """The parts of every split make up their whole, exactly: further reasons stand in a table of their own."""
    sums: Counter[tuple[str, str, str, str]] = Counter()
    wholes, named = keyed(lines), _named(lines)
    for line in lines:
        if line.two:
            sums[line.code, line.one.code, "", line.measure] += line.value
        elif line.one.code != "total":
            sums[line.code, "total", "", line.measure] += line.value
    split = {item.code: item.splits for item in ITEMS}
    for key, whole in wholes.items():
        code, one, two, measure = key
        divided = split[code] if one == "total" else split[code][1:]
        if not two and (key in sums or (divided and whole)) and sums[key] != whole:
            names = [_row(one, named) for one in wholes if (one[0], one[3]) == (code, measure)]
            says = N_("内訳の和 %(sum)s が、%(row)s の %(whole)s と違います。")
            yield Failed("parts", gettext(says, sum=sums[key], row=_row(key, named), whole=whole), names)


def none_is_negative(lines: Sequence[Line], _source: Source) -> Iterator[Failed]:
    """Every figure is a number of things."""
    bad = [_row(key, _named(lines)) for key, value in keyed(lines).items() if value < 0]
    if bad:
        yield Failed("negative", gettext(N_("0より小さい件数があります。")), bad)


def parts_are_within(lines: Sequence[Line], _source: Source) -> Iterator[Failed]:
    """What the rule calls a part (「うち」) is no more than its whole."""
    found = keyed(lines)
    for item in ITEMS:
        for whole in item.within:
            some, all = found.get((item.code, "total", "", "count")), found.get((whole, "total", "", "count"))
            if some is not None and all is not None and some > all:
                words = gettext(MORE, code=item.code, some=some, whole=whole, all=all)
                yield Failed("within", words, [item.code, whole])


def parts_are_within_each_reason(lines: Sequence[Line], _source: Source) -> Iterator[Failed]:
    """A part that is divided as its whole is no more than it in each category, too (5項5号 of 4号, 10号 of 8号)."""
    found, named = keyed(lines), _named(lines)
    for item in ITEMS:
        if not item.within or not item.splits:
            continue
        sums: Counter[str] = Counter()
        for (code, one, two, _measure), n in found.items():
            if code == item.code and one != "total" and bool(two) == (len(item.splits) > 1):
                sums[two or one] += n
        for whole, (name, n) in product(item.within, sums.items()):
            if n > found.get((whole, name, "", "count"), 0):
                words = gettext(MORE_OF_ONE, code=item.code, name=named[item.code, name], whole=whole)
                yield Failed("within", words, [item.code, whole])


def years_tie(lines: Sequence[Line], source: Source) -> Iterator[Failed]:
    """Open at the start and received make up what ended in each way and what is open (V025); both sides are counted."""
    found, sums = keyed(lines), bridge.ties(source)
    given = sum(sums[bucket] for bucket in bridge.ENDS)
    if sums[bridge.OPEN_START] + sums[bridge.RECEIVED] != given + sums[bridge.OPEN_END]:
        yield Failed("bridge", gettext(N_("受け付けた件数と通知した件数のつながりが合いません。")), ["bridge"])
    if sums[bridge.RECEIVED] != found["18-2", "total", "", "count"]:
        yield Failed("bridge", gettext(N_("受け付けた件数（18-2）が、つながりの表と違います。")), ["18-2", "bridge"])
    for bucket in bridge.ENDS:
        if bucket not in {WITHDRAWN, "18-3-3"} and sums[bucket] != found[bucket, "total", "", "count"]:
            yield Failed("bridge", gettext(APART, code=bucket), [bucket, "bridge"])


def later_replies_follow_interim_ones(_lines: Sequence[Line], source: Source) -> Iterator[Failed]:
    """What is counted as told later (3項4号・5号) was told before on which ground it takes longer (6号–8号)."""
    for cell in source.notices:
        interim = cell.interim_sender or cell.interim_specialist or cell.interim_unavoidable
        if cell.bucket in {"18-3-4", "18-3-5"} and not interim:
            yield Failed("interim", gettext(NO_INTERIM), [cell.bucket])
            return


def codes_are_known(lines: Sequence[Line], source: Source) -> Iterator[Failed]:
    """No code of the platform is published that nobody has verified the meaning of; no measure without its reason."""
    if unknown := source.unmapped:
        names = [
            gettext(N_("%(what)s: %(code)s（%(n)s件）"), what=gettext(VOCABULARIES[which]), code=code, n=n)
            for (which, code), n in sorted(unknown.items())
        ]
        yield Failed("codes", gettext(N_("対応表で意味を確かめていない符号があります。")), names)
    for dim, says in NAMELESS.items():
        bad = sorted({line.code for line in lines if line.value and dim in {line.one, line.two}})
        if bad:
            yield Failed("codes", gettext(says), bad)


# Every check of the lines alone or with their source, in the order in which they are shown.
CHECKS: tuple[Callable[[Sequence[Line], Source], Iterator[Failed]], ...] = (
    none_is_negative,
    parts_add_up,
    parts_are_within,
    parts_are_within_each_reason,
    years_tie,
    later_replies_follow_interim_ones,
    codes_are_known,
)


def check(lines: Sequence[Line], source: Source) -> list[Failed]:
    """What does not hold of the figures."""
    return [failed for one in CHECKS for failed in one(lines, source)]


def check_records(session: Session, service: Service, *, deep: bool) -> list[Failed]:
    """What does not hold of the records behind them: unfinished imports and, `deep`, notices that nothing counts."""
    found = []
    if waiting := imports.unfinished(session, service):
        names = [gettext(N_("取込み%(n)s"), n=one.number) for one in waiting]
        found.append(Failed("imports", gettext(N_("取込みの途中の記録があります。")), names))
    if deep:
        found += _uncounted(session, service)
    return found


def _uncounted(session: Session, service: Service) -> list[Failed]:
    """Notices without a tally. Walks over every case of the service."""
    query = (
        select(Notice.number)
        .join(Case, col(Case.id) == col(Notice.case_id))
        .outerjoin(NoticeTally, col(NoticeTally.case_id) == col(Case.id))
        .where(Case.service_id == service.id, col(NoticeTally.case_id).is_(None))
        .order_by(col(Notice.number))
        .limit(NAMED)
    )
    numbers = list(session.exec(query))
    return [Failed("tallies", gettext(N_("数えられていない申出があります。")), numbers)] if numbers else []


def _named(lines: Sequence[Line]) -> Names:
    """What people call each category of the lines."""
    return {(line.code, dim.code): dim.label for line in lines for dim in (line.one, line.two) if dim}


def _row(key: tuple[str, str, str, str], names: Names) -> str:
    """A line as it is named to people: item, categories, and what is measured unless it is the number of things."""
    code, one, two, measure = key
    parts = (code, names[code, one], names[code, two] if two else "", POSTS if measure != COUNT else "")
    return " ".join(filter(None, parts))
