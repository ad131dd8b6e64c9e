"""Each counter is broken in every small way: the answers of the small year, or an identity, notice it.

The figures are functions of sums that are read once, so a broken one takes milliseconds and hundreds can be tried.
"""

import ast
import copy
import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from tests.report.test_small_year import ANSWERS, AT
from tracker.report import bridge, tables
from tracker.report.figures import appeals, moderation, notices, read
from tracker.report.years import year_of

MODULES = {"notices": notices, "moderation": moderation, "appeals": appeals, "tables": tables, "bridge": bridge}
BESIDE = {"tables", "bridge"}  # the tables that nobody asks for
TURNED = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Add: ast.Sub,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


def mutants(module: ModuleType) -> Iterator[tuple[str, str]]:
    """The source of a module, broken in one place, and which place that is."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    for at, node in enumerate(ast.walk(tree)):
        for way in range(ways(node)):
            other = copy.deepcopy(tree)
            broken = next(one for n, one in enumerate(ast.walk(other)) if n == at)
            mutate(broken, way)
            yield ast.unparse(ast.fix_missing_locations(other)), f"{ast.unparse(node)} #{way}"


def ways(node: ast.AST) -> int:
    """In how many ways a node can be broken."""
    if isinstance(node, ast.Compare):
        return sum(type(op) in TURNED for op in node.ops)
    if isinstance(node, ast.BoolOp | ast.AugAssign):
        return int(type(node.op) in TURNED)
    if isinstance(node, ast.UnaryOp):
        return int(isinstance(node.op, ast.Not))
    if isinstance(node, ast.comprehension):
        return len(node.ifs)
    return int(isinstance(node, ast.IfExp))


def mutate(node: ast.AST, way: int) -> None:
    """Break it."""
    if isinstance(node, ast.Compare):
        places = [n for n, op in enumerate(node.ops) if type(op) in TURNED]
        node.ops[places[way]] = TURNED[type(node.ops[places[way]])]()
    elif isinstance(node, ast.BoolOp | ast.AugAssign):
        node.op = TURNED[type(node.op)]()
    elif isinstance(node, ast.UnaryOp):
        node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
    elif isinstance(node, ast.comprehension):
        node.ifs.pop(way)
    elif isinstance(node, ast.IfExp):
        node.body, node.orelse = node.orelse, node.body


def answers() -> dict:
    with ANSWERS.open(encoding="utf-8", newline="") as file:
        return {(r["item"], r["one"], r["two"], r["measure"]): int(r["value"]) for r in csv.DictReader(file)}


def said(module: ModuleType, name: str, source) -> tuple:
    """All that a module of figures says of a year."""
    if name in BESIDE:
        made = module.tables(source) if name == "tables" else (module.bridge(source), module.interims(source))
        return tuple((table.key, tuple(map(tuple, table.rows))) for table in made)
    lines = [line for figure in figures_of(module, name) for line in figure(source)]
    found = {(x.code, x.one.label, x.two.label if x.two else "", x.measure): x.value for x in lines}
    return found, texts_of(module, name, source)


def figures_of(module: ModuleType, name: str) -> list:
    if name == "appeals":
        return list(module.FIGURES.values())
    wanted = {
        "notices": "received told_taken told_kept told_taken_later told_kept_later interim_sender interim_specialist "
        "interim_unavoidable",
        "moderation": "senders_told reports detected asked asked_answered ordered ordered_answered suspended by_ai "
        "suspended_by_ai",
    }[name]
    return [getattr(module, one) for one in wanted.split()]


def texts_of(module: ModuleType, name: str, source) -> tuple:
    if name == "notices":
        missing = (tuple(module.unavoidable_missing(source)), tuple(module.excuse_missing(source)))
        return (*module.unavoidable_reasons(source), *module.excuse_reasons(source), missing)
    if name == "moderation":
        routes = (module.not_told(source), module.taken_by_route(source), module.reasons_missing(source))
        return (*module.not_told_reasons(source), *routes)
    return (module.open_ones(source),)


@pytest.mark.parametrize("name", MODULES)
def test_no_counter_can_be_broken_without_a_difference_to_what_was_worked_out_by_hand(name, year_session, year_service):
    year = read(year_session, year_service, year_of(year_service, 2026), at=AT)
    before = read(year_session, year_service, year_of(year_service, 2025), at=AT)
    sources = (year, before, replace(year, entries={}))  # and a year of which nobody has written anything
    right = [said(MODULES[name], name, source) for source in sources]
    if name not in BESIDE:
        assert right[0][0].items() <= answers().items()
    whole = Path(MODULES[name].__file__).read_text(encoding="utf-8")
    assert [said(copied(name, whole), name, source) for source in sources] == right  # a copy that is not broken agrees
    unnoticed = [place for text, place in mutants(MODULES[name]) if agrees(name, text, sources, right)]
    assert not unnoticed, "\n".join(unnoticed)


def copied(name: str, text: str) -> ModuleType:
    """A module of another source under the name of ours."""
    module = ModuleType(MODULES[name].__name__)
    exec(compile(text, name, "exec"), module.__dict__)  # noqa: S102 - our own source, broken in one place at most
    return module


def agrees(name: str, text: str, sources: tuple, right: list) -> bool:
    """Whether a broken module says of each year what ours says; one that fails over it is noticed, too."""
    try:
        return [said(copied(name, text), name, source) for source in sources] == right
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return False
