"""The worklist's first page, signed in, against a bare page of the same rows; each view at each size.

`python -m bench.worklist [SIZE …] [--many] [--rounds N] [--times N] [--profile]`
"""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from statistics import median
from urllib.parse import urlencode

from flask import Flask
from sqlmodel import select

from bench import bare, options
from bench.measure import Answer, Pair, against, in_turns, profile, send, spread, table
from bench.place import Place, place
from bench.seed import RARE, Desk, seed
from tracker.auth import make_password
from tracker.casework.bands import DEADLINES
from tracker.casework.worklist import VIEWS
from tracker.models import Staff

PASSWORD = "合い言葉は夜明けのがらす"  # noqa: S105 - of a database that is thrown away
SEARCHES = {
    "search: nearly all": "前の職場",
    "search: five": RARE,
    "search: none": "見つからない言葉",
    "search: a number": "BN-2026-000003",
}
Found = dict[str, Pair]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = options.read(__doc__ or "", arguments, times=5)
    with ExitStack() as stack:
        desks = {}
        for size in asked.sizes:
            here = stack.enter_context(place())
            desks[size] = (here, seed(here, size, many=asked.many))
        report(measure(desks, asked))
        for size, (here, _desk) in desks.items():
            if asked.profile:
                show(here, asked, size)


def addresses() -> dict[str, str]:
    """The pages, by name."""
    views = {view: f"/desk/?{urlencode({'view': view})}" for view in VIEWS}
    return views | {name: f"/desk/?{urlencode({'q': text})}" for name, text in SEARCHES.items()}


def measure(desks: Mapping[int, tuple[Place, Desk]], asked: options.Options) -> dict[int, Found]:
    """Each page by turns, at every size. What the bare one can show too must be the same notices."""
    simple = {size: bare.create_app(here.url, bare.Recipe([], 0), DEADLINES) for size, (here, _) in desks.items()}
    seen = {size: _pages(*desk, simple[size]) for size, desk in desks.items()}
    found: dict[int, Found] = {size: {} for size in desks}
    for name in addresses():
        turns = [page for pages in seen.values() for page in pages[name]]
        for page in turns:
            page(), page()  # everybody's caches are warm
        times = iter(in_turns(asked.rounds, asked.times, turns))
        for size, pages in seen.items():
            found[size][name] = Pair(*([next(times) for _ in pages[name]] + [[]])[:2])
    for app in simple.values():
        app.extensions["raw"].close()
    return found


def _pages(here: Place, desk: Desk, simple: Flask) -> dict[str, list[Callable[[], Answer]]]:
    """Every page of one place: the real one, and the bare one where it has it."""
    cookie = sign_in(here)
    pages = {}
    for name, address in addresses().items():
        pages[name] = [partial(_get, here.app, address, cookie)]
        if bare.knows(name):
            pages[name].append(partial(_get, simple, f"{address}&me={desk.me}", ""))
            one, other = (_numbers(page().text) for page in pages[name])
            assert one == other, f"{name}: not the same notices: {sorted(one ^ other)}"
    return pages


def sign_in(here: Place) -> str:
    """The cookie of somebody who signed in at the door."""
    with here.app.app_context():
        password = make_password(PASSWORD)
    with here.database.writing() as session:
        staff = session.exec(select(Staff)).one()
        staff.password = password
        session.add(staff)
        email = staff.email
    client = here.app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/desk/sign-in").text)
    assert token
    data = {"email": email, "password": PASSWORD, "csrf_token": token[1]}
    assert client.post("/desk/sign-in", data=data).status_code == 303
    cookie = client.get_cookie("session")
    assert cookie
    return f"session={cookie.value}"


def _get(app: Flask, address: str, cookie: str) -> Answer:
    path, _mark, query = address.partition("?")
    answer = send(app, path, query_string=query, headers={"Cookie": cookie})
    assert answer.status == 200, (address, answer.status)
    return answer


def _numbers(page: str) -> set[str]:
    return set(re.findall(r'href="/desk/cases/([A-Z]{2}-\d{4}-\d{6})"', page))


def show(here: Place, asked: options.Options, size: int) -> None:
    """Where the time of the plainest page goes."""
    cookie, page = sign_in(here), addresses()["all"]
    print(f"\n## The worklist at {size} notices: where the time goes\n")
    print(profile(lambda: [_get(here.app, page, cookie) for _ in range(asked.rounds * asked.times)]))


def report(found: dict[int, Found]) -> None:
    """Print the tables: every page at every size, and how the largest compares with the smallest."""
    sizes = sorted(found)
    heads = ["page", *(f"{size}: p50 / p95 / p99 ms" for size in sizes), *(f"{size}: real / bare" for size in sizes)]
    if len(sizes) > 1:
        heads.append(f"{sizes[-1]} / {sizes[0]}")
    rows = []
    for name in addresses():
        pairs = [found[size][name] for size in sizes]
        line = [name, *(spread(p.real) for p in pairs), *(f"{p.ratio:.1f}" if p.bare else "-" for p in pairs)]
        if len(sizes) > 1:
            line.append(f"{median(map(against, pairs[-1].real, pairs[0].real)):.1f}")
        rows.append(line)
    print("\n## The worklist's first page, signed in\n")
    print(table(heads, rows))


if __name__ == "__main__":
    main(sys.argv[1:])
