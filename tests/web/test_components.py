"""Every macro of templates/components on its own: nothing inline, nothing unescaped, named for screen readers."""

import json
import re
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from jinja2 import UndefinedError

from tracker.casework.holding.going import Going
from tracker.law.grounds import Strength
from tracker.law.holds import NOTICE_FLAG
from tracker.web import doors
from tracker.web.doors import vendored

HOUSE = Path(__file__).resolve().parents[2]
FAMILIES = sorted(path.name for path in (HOUSE / "templates/components").glob("*.html"))
EVIL = "<script>alert('x')</script>\"'&"

IMPORTS = """
{% from "components/icons.html" import icon, state_icon, SHAPES %}
{% from "components/clock.html" import clock_badge, force_tag %}
{% from "components/strip.html" import day_strip %}
{% from "components/calculation.html" import calculation, calculation_notes, calculation_body, calculation_table,
   calculation_readings, calculation_question, calculation_basis %}
{% from "components/sheet.html" import sheet, sheet_table, other_reading %}
{% from "components/form.html" import mark, field_error, described, field, input, textarea, select, text_field,
   area_field, select_field, choices, choice_card, error_summary, button, button_link, hidden, csrf,
   confirm_box %}
{% from "components/panel.html" import panel %}
{% from "components/files.html" import file_field %}
{% from "components/questions.html" import question_field %}
{% from "components/path.html" import path %}
{% from "components/banner.html" import banner %}
{% from "components/tag.html" import tag %}
{% from "components/timeline.html" import line %}
{% from "components/chain.html" import chain, chain_state %}
{% from "components/letter.html" import letter_view, gone, mine %}
{% from "components/receipt.html" import receipt, receipt_number, receipt_part, due, receipt_secret, sign %}
{% from "components/empty.html" import empty %}
{% from "components/facts.html" import facts %}
{% from "components/crumbs.html" import crumbs %}
{% from "components/work.html" import work_table, work_group, work_row, work_more %}
{% from "components/steps.html" import steps, cell, item_head %}
{% from "components/hero.html" import hero, hero_due, hero_left %}
{% from "components/tabs.html" import count, tabs, views, index %}
{% from "components/lists.html" import list, checks, tiles %}
{% from "components/language.html" import language_switch %}
{% from "components/holds.html" import what, classes_of, span, answer_tag, kind_name, asked_of, letter_state,
   order_table, hold_picture, hold_legend, strength_mark, taken, kept_all_the_same, placed_by, strength_of %}
{% from "components/order_answers.html" import answer_fields, answer_table, proof_sheet, payload_view %}
{% from "components/chart.html" import figure, legend, hatch, columns, bars, share_line %}
{% from "components/ai.html" import ai_help %}
{% from "components/changes.html" import changes, runs, limits %}
{% from "components/validity.html" import validity, validity_picture %}
{% from "components/checklist.html" import checklist_done, checklist_fields %}
{% from "components/retention.html" import retention_table, draft_said, retention_changes %}
"""
# What a version of criteria says and changes, every text of it a stranger's.
CRITERIA = """{% set c = {'number': e, 'title': e, 'words': e, 'covers': [e]} %}
{% set runs_ = [('same', e), ('cut', e), ('added', e)] %}
{% set drawn = {'width': 400, 'height': 80, 'months': [(20, e)], 'now': 200, 'rows': [{'wait': (20, 40),
  'use': (60, 90), 'goes_on': true, 'replaced': false, 'x': 20, 'y': 24, 'name': e, 'says': e}]} %}
{% set looked = [{'key': 'a', 'label': e, 'says': e, 'note': e, 'done': true, 'article': e}] %}"""


# A calculation sheet in words, every text of it a stranger's.
SHEET = """{% set row = {'day': e, 'count': 1, 'reason': e, 'classes': 'last'} %}{% set c = {
  'unconfirmed': true, 'edition': e, 'notes': [e], 'label': e, 'strip_label': e, 'strip': [{'gap': e}],
  'rows': [row], 'short_rows': [row], 'chosen': e, 'agreeing': e, 'question': e, 'facts': [(e, e)],
  'sources': [(e, e)], 'others': [{'letter': 'A', 'day': e, 'label': e, 'article': e, 'why': e}]} %}"""

# One call per macro, in the words of the field. `e` stands where a stranger's text would stand.
CALLS = {
    "ai_help": "{{ ai_help() }}",
    "runs": CRITERIA + "{{ runs(runs_) }}",
    "limits": CRITERIA + "<p>{{ limits(c, says) }}</p>",
    "changes": CRITERIA
    + "{{ changes([{'kind': 'changed', 'clause': c, 'was': c, 'title': runs_, 'words': runs_, "
    + "'covers_otherwise': true}], says) }}",
    "validity": CRITERIA + "{{ validity('f', e, e, [drawn], [e], [(false, [e])]) }}",
    "validity_picture": CRITERIA + "<h2 id='f'>f</h2>{{ validity_picture(drawn, 'f') }}",
    "checklist_done": CRITERIA + "{{ checklist_done(looked) }}",
    "checklist_fields": CRITERIA + "{{ checklist_fields(looked, {}) }}",
    "icon": "{% for name in SHAPES %}{{ icon(name) }}{% endfor %}",
    "state_icon": "{% for state in ['calm', 'soon', 'today', 'late', 'stopped'] %}{{ state_icon(state) }}{% endfor %}",
    "clock_badge": "{{ clock_badge(kind='deadline', state='late', say=e, force='義務') }}",
    "force_tag": "{% for word in ['義務', '努力義務', '望ましい', '要請', '任意'] %}{{ force_tag(word) }}{% endfor %}",
    "day_strip": "{{ day_strip([{'month': e, 'date': 28, 'week': e, 'cell': 0, 'tag': e, 'classes': 'zero'}], e) }}",
    "calculation": SHEET + "{{ calculation(c) }}",
    "calculation_notes": SHEET + "{{ calculation_notes(c) }}",
    "calculation_body": SHEET + "{{ calculation_body(c) }}",
    "calculation_table": SHEET + "{{ calculation_table(c) }}",
    "calculation_readings": SHEET + "{{ calculation_readings(c) }}",
    "calculation_question": SHEET + "{{ calculation_question(c) }}",
    "calculation_basis": SHEET + "{{ calculation_basis(c) }}",
    "sheet": "{{ sheet([{'day': e, 'count': none, 'reason': e, 'classes': 'zero off'}], caption=e, not_chosen=e) }}",
    "sheet_table": "{{ sheet_table([{'day': e, 'count': 7, 'reason': e, 'classes': 'last'}], caption=e) }}",
    "other_reading": "{{ other_reading(e) }}",
    "mark": "{{ mark(required=true) }}{{ mark(optional=true) }}",
    "field_error": "{{ field_error('url', [e, e]) }}",
    "described": "<p{{ described('url', hint=e, error=e) }}></p>",
    "field": "{% call field(id='url', label=e, hint=e, error=e, required=true) %}{{ e }}{% endcall %}",
    "input": "{{ input(id='url', value=e, hint=e, error=e, attrs={'data-x': e}) }}",
    "textarea": "{{ textarea(id='why', value=e, rows=5) }}",
    "select": "{{ select(id='right', options=[('honour', e), ('copyright', '著作権')], value='copyright') }}",
    "text_field": "{{ text_field(id='url', label=e, value=e, error=e, type='url', short=true) }}",
    "area_field": "{{ area_field(id='why', label=e, value=e, hint=e, rows=5) }}",
    "select_field": "{{ select_field(id='right', label=e, options=[('honour', e)]) }}",
    "choices": "{% call choices(id='who', legend=e, hint=e, error=e, step='1 / 8', required=true) %}{% endcall %}",
    "choice_card": "{{ choice_card(name='who', value=e, title=e, say=e, checked=true, badge=clock_badge(say=e)) }}",
    "error_summary": "{{ error_summary([('url', e), ('why', e)], kept_text=e) }}",
    "button": "{{ button(e, kind='main', name='do', value=e) }}",
    "button_link": "{{ button_link(e, '/x?' ~ e) }}",
    "hidden": "{{ hidden('version', e) }}",
    "csrf": "{{ csrf(e) }}",
    "panel": "{% call panel(heading=e, id='memo', note=e, end=e, kind='memo') %}{{ e }}{% endcall %}",
    "banner": "{% call banner('warn', e, text=e, role='status') %}{{ e }}{% endcall %}",
    "tag": "{{ tag(e, kind='good', icon_name='check') }}",
    "line": "{{ line([{'name': e, 'when': e, 'href': '/', 'link': e, 'body': e}, {'state': 'now', 'name': e},"
    " {'state': 'next', 'name': e}]) }}",
    "chain": "{{ chain([{'seq': 1, 'fact': e, 'when': e, 'actor': e, 'digest': e, 'legal': true, 'href': '/x'}]) }}",
    "chain_state": "{{ chain_state(e, ok=false) }}",
    "letter_view": "{% call letter_view(to=e, subject=e, sender=e, body=e, more=[(e, e)]) %}{{ e }}{% endcall %}",
    "gone": "{{ gone(e) }}",
    "mine": "{{ mine(e) }}",
    "receipt": "{% call receipt(label=e) %}{{ e }}{% endcall %}",
    "receipt_number": "{{ receipt_number(e, [(e, e)]) }}",
    "receipt_part": "{% call receipt_part(heading=e) %}{{ e }}{% endcall %}",
    "due": "{{ due(e, e, e) }}",
    "receipt_secret": "{{ receipt_secret(e) }}",
    "sign": "{% call sign(e, [(e, e, 'digest')], code=e) %}{{ e }}{% endcall %}",
    "empty": "{{ empty(e, e, '/x', e) }}",
    "facts": "{{ facts([(e, e), (e, e, 'mono')], inset=true) }}",
    "crumbs": "{{ crumbs([('作業一覧', '/'), (e, none)]) }}",
    "work_table": "{% call work_table(caption=e) %}{% endcall %}",
    "work_group": "<table>{% call work_group(e, e, say=e, state='late', icon_name='bolt') %}{% endcall %}</table>",
    "work_row": "<table>{{ work_row('late', e, clock_badge(say=e), '/c', e, word_sub=e, sub=e, tags=e, next=e,"
    " next_sub=e, items=e, items_sub=e, who=e, at=true, id='n1') }}</table>",
    "work_more": "<table>{{ work_more(e, '/x') }}</table>",
    "steps": "{{ steps({'state': 'on', 'word': e, 'sub': e}, {'state': 'wanted', 'word': e}, {'word': e}, label=e) }}",
    "cell": "<ol>{{ cell(e, {'word': e}) }}</ol>",
    "item_head": "{{ item_head(1, e, address=e, href='/x') }}",
    "hero": "{% call hero(id='next', state='today', beside=e) %}{{ e }}{% endcall %}",
    "hero_due": "{{ hero_due('next', e, e) }}",
    "hero_left": "{{ hero_left(e, state='late') }}",
    "count": "{{ count(e, kind='late') }}",
    "tabs": "{{ tabs([{'href': '#a', 'label': e, 'current': true, 'n': 2, 'kind': 'today'}], label=e) }}",
    "views": "{{ views([(e, [{'href': '/a', 'label': e, 'n': 0}])], label=e) }}",
    "index": "{{ index([(e, 's1')], label=e, current='s1') }}",
    "list": "{{ list([e], kind='not') }}",
    "confirm_box": "{{ confirm_box('f-sure', e, error=e) }}",
    "checks": "{{ checks([(e, true), (e, false)], label=e) }}",
    "path": "{{ path([{'name': e, 'says': e, 'more': e, 'counted': true}, {'name': e, 'says': e}], label=e) }}",
    "figure": "{% call figure('f', e, e, [e], [(true, [e, e])], note=e) %}{{ e }}{% endcall %}",
    "legend": "{{ legend([('f-key', e)]) }}",
    "hatch": "<h2 id='f'>f</h2><svg role='img' aria-labelledby='f'>{{ hatch('f-h') }}</svg>",
    "columns": "<h2 id='f'>f</h2>{{ columns('f', [{'label': e, 'under': e, 'off': true, 'n': 2,"
    " 'parts': [('f-key', 2)]}], [0, 1, 2]) }}",
    "bars": "<h2 id='f'>f</h2>{{ bars('f', [{'label': e, 'off': true, 'n': e,"
    " 'parts': [('f-late', 2, 't-in')]}], 2) }}",
    "share_line": "<h2 id='f'>f</h2>{{ share_line('f', [{'label': e, 'share': 99.1, 'say': e}, {'label': e,"
    " 'share': none}], 90) }}",
    "language_switch": "{{ language_switch([{'tag': 'ja', 'name': e, 'href': e, 'current': true},"
    " {'tag': 'en', 'name': e, 'href': e}], form='f') }}",
    "tiles": "{{ tiles([{'label': e, 'n': e, 'unit': e, 'state': 'late'}]) }}",
}
# A line of a retention table in words, every text of it the provider's.
KEPT = """{% set line_ = {'name': e, 'purpose': e, 'reason': e} %}{% set row_ = {'line': line_, 'kind': e, 'says': e,
  'provider': e, 'classes': [e], 'period': e, 'kept': e, 'stand': 'shorter', 'tag': e, 'stands': e, 'article': e,
  'force': 'desirable'} %}"""
CALLS |= {
    "retention_table": KEPT + "{{ retention_table(e, [row_], lang='ja', says=true) }}",
    "draft_said": "{{ draft_said() }}",
    "retention_changes": KEPT
    + "{{ retention_changes([{'change': {'line': line_, 'kind': 'changed'}, 'kind': e, 'fields': [(e, e, e)]}]) }}",
}
CALLS |= {
    "what": "<div>{{ what(held(e)) }}</div>",
    "classes_of": "{{ classes_of([held(e)]) }}",
    "span": "<div>{{ span(held(e)) }}</div>",
    "taken": "<div>{{ taken(held(e)) }}</div>",
    "kept_all_the_same": "<div>{{ kept_all_the_same(held(e).hold) }}</div>",
    "placed_by": "<div>{{ placed_by(held(e)) }}</div>",
    "strength_of": "<div>{{ strength_of(held(e)) }}</div>",
    "answer_tag": "{% for word in [none, 'held', 'not_held', 'expired', 'unlinkable', 'released', 'erased'] %}"
    "{{ answer_tag(word, 'erase') }}{{ answer_tag(word) }}{% endfor %}",
    "kind_name": "<p>{% for kind in ['preserve', 'extend', 'release', 'erase'] %}{{ kind_name(kind) }}{% endfor %}</p>",
    "answer_fields": "{% set at = held(e).line.hold_id %}<form>{{ answer_fields([(held(e).line, held(e))], 'erase',"
    " [('held', e)], typed={'reference-%s'|format(at): e},"
    " wrong={'answer-%s'|format(at): e, 'counts-%s'|format(at): e}, classes={'2-3': e}) }}</form>",
    "answer_table": "{{ answer_table([(held(e).line, held(e))], 'preserve') }}",
    "proof_sheet": "{{ proof_sheet(held(e).proof, 1, e, {'2-3': e}, true) }}",
    "payload_view": "{{ payload_view(held(e).sent, e, {'2-3': e}, to=e) }}",
    "asked_of": "<div>{{ asked_of(held(e), order_link) }}</div>",
    "letter_state": "<p>{{ letter_state(held(e).letter) }}</p>",
    "order_table": "{{ order_table([held(e).open]) }}",
    "hold_picture": "{{ hold_picture(held(e).picture, id='f') }}",
    "hold_legend": "{{ hold_legend() }}",
    "strength_mark": "{{ strength_mark('flag', e) }}{{ strength_mark('soft', e) }}{{ strength_mark('hard', e) }}",
    "question_field": "{{ question_field({'key': 'k', 'label': '続柄', 'hint': '例'}, e, [e]) }}",
    "file_field": "<form>{{ file_field(e, [{'name': e, 'kind': e, 'size': e, 'notes': [e]}], [e], 20, 20) }}</form>",
}
VOID = {"input", "br", "link", "meta", "path", "circle", "rect"}


class Outline(HTMLParser):
    """The tags of a page with their attributes; says where a tag is left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in {self.get_starttag_text()}"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"


def outline(html: str) -> Outline:
    page = Outline()
    page.feed(html)
    page.close()
    assert page.open == []
    return page


def held(e: str) -> SimpleNamespace:
    """A hold as the pages see it, with an order, its letter and a picture; `e` stands where others wrote."""
    when = datetime(2026, 5, 1, tzinfo=UTC)
    order = SimpleNamespace(number="TH-H-2026-0001", ordered_at=when, answered_at=None, kind="preserve")
    line = SimpleNamespace(
        posts=[SimpleNamespace(account=e, url=e)] * 6, classes=["2-3"], logs_from=when, logs_until=when, keep_until=when
    )
    posts = [SimpleNamespace(no=n, url=e) for n in range(1, 6)]
    hold = SimpleNamespace(
        from_at=when, until_at=when, released_at=None, force=NOTICE_FLAG.force, article=NOTICE_FLAG.article,
        classes=["2-3"], strength=Strength.HARD,
    )  # fmt: skip
    bar = SimpleNamespace(y=38, x=240, width=90, shape="h-flag", strength=e, what=e, text=e, review=260, review_text=e)
    return SimpleNamespace(
        law=NOTICE_FLAG,
        classes=["電話番号"],
        asks=["2-3"],
        going=Going(("2-3",), when.date()),
        strength=e,
        paper=e,
        contents=[e] * 4,
        accounts=[e],
        posts=posts,
        hold=hold,
        number=e,
        asked=[SimpleNamespace(order=order, custodian=e, answer=None)],
        line=SimpleNamespace(no=1, hold_id=1, answer="held", reference=e),
        proof=SimpleNamespace(
            erased_at=when, received_at=when, reference=e, classes=["2-3"], counts={"2-3": 1}, deidentified={}, digest=e
        ),
        sent=SimpleNamespace(number=e, ordered_at=when, lines=[line]),
        letter=SimpleNamespace(cancelled_at=None, bounced_at=None, refused_at=None, given_at=when),
        open=SimpleNamespace(order=order, custodian=e, service=e, lines=3, target_at=when, late=True),
        picture=SimpleNamespace(bars=[bar], months=[(300, "6月")], now=400, height=90),
    )


@cache
def bare_app() -> Flask:
    app = Flask("components", template_folder=str(HOUSE / "templates"), static_folder=str(HOUSE / "tracker/static"))
    app.config["BABEL_DEFAULT_LOCALE"] = "ja"
    Babel(app)
    doors.init_app(app)
    for name in ("status_form", "intake_form", "about", "logs"):
        app.add_url_rule(f"/s/<slug>/{name}", f"public.{name}")
    app.add_url_rule("/calculator/", "public.calculator")
    app.add_url_rule("/receipts/verify", "public.verify_receipt")
    app.add_url_rule("/desk/holds/orders/<number>", "staff.hold_order")
    app.add_url_rule("/desk/papers/<number>", "staff.paper")
    app.jinja_env.globals |= {"held": held, "order_link": lambda number: f"/desk/holds/orders/{number}"}
    app.jinja_env.globals |= {"says": lambda clause: clause["covers"]}
    app.jinja_env.globals |= {"csrf_token": lambda: "token-1", "integrity": vendored()}
    return app


def show(source: str, **context: object) -> str:
    with bare_app().test_request_context("/"):
        return render_template_string(IMPORTS + source, **context).strip()


def test_every_macro_has_a_call_here():
    defined = {
        name
        for family in FAMILIES
        for name in re.findall(r"{% macro (\w+)", (HOUSE / "templates/components" / family).read_text("utf-8"))
    }
    assert defined == set(CALLS)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_macro_has_a_line_that_says_what_it_is(family):
    lines = (HOUSE / "templates/components" / family).read_text("utf-8").splitlines()
    for number, text in enumerate(lines):
        if text.startswith("{% macro"):
            assert lines[number - 1].startswith("{# ") and lines[number - 1].endswith(" #}"), text


@pytest.mark.parametrize("name", CALLS)
def test_a_stranger_s_text_stays_text(name):
    html = show(CALLS[name], e=EVIL)
    assert "<script" not in html
    tags = outline(html).tags
    assert tags
    assert all(tag != "script" for tag, _ in tags)


@pytest.mark.parametrize("name", CALLS)
def test_nothing_is_inline(name):
    for tag, attributes in outline(show(CALLS[name], e="水原 あかり")).tags:
        assert "style" not in attributes and tag != "style", tag
        assert not [key for key in attributes if key.startswith("on")], tag


@pytest.mark.parametrize("name", CALLS)
def test_marks_are_hidden_from_screen_readers_and_charts_are_named_pictures(name):
    for tag, attributes in outline(show(CALLS[name], e="x")).tags:
        if tag == "svg" and attributes.get("role") == "img":
            assert attributes["aria-labelledby"] == "f"
        elif tag == "svg":
            assert attributes["aria-hidden"] == "true"


def test_an_unknown_mark_or_force_is_an_error():
    for source in ("{{ icon('wrong') }}", "{{ clock_badge(kind='wrong') }}", "{{ force_tag('wrong') }}"):
        with pytest.raises((UndefinedError, ValueError)):
            show(source)


@pytest.mark.parametrize(
    ("force", "expected"),
    [
        ("義務", '<span class="tag tag--duty">義務</span>'),
        ("duty", '<span class="tag tag--duty">義務</span>'),
        ("努力義務", '<span class="tag tag--effort">努力義務</span>'),
        ("desirable", '<span class="tag tag--wish">望ましい</span>'),
        ("request", '<span class="tag tag--ask">要請</span>'),
        ("voluntary", '<span class="tag tag--free">任意</span>'),
    ],
)
def test_force_has_a_frame_and_a_word(force, expected):
    assert show("{{ force_tag(force) }}", force=force) == expected


def test_a_clock_says_its_kind_its_state_and_its_day():
    html = show("{{ clock_badge(kind='wait', state='calm', say='5月7日 0:00から', force='duty') }}")
    assert 'class="clock clock--wait is-calm"' in html
    assert "待機" in html and "5月7日 0:00から" in html and "tag--duty" in html
    assert '<span class="hidden-text">超過 </span>' in show("{{ clock_badge(state='late', say='4/29') }}")


def test_a_strip_is_a_list_with_a_name_and_marks_today():
    days = [
        SimpleNamespace(month="", date=n, week="金", cell=n, tag=None, classes="off now" if n == 1 else "")
        for n in range(8)
    ]
    html = show("{{ day_strip(days, label='4月28日から5月5日までの数え方') }}", days=days)
    assert html.startswith('<ol class="strip strip--8" aria-label="4月28日から5月5日までの数え方">')
    assert html.count('<li class="day') == 8
    assert '<li class="day day--off day--now" aria-current="date">' in html
    for length, columns in ((3, 8), (9, 9), (10, 10), (11, 16), (16, 16), (30, 16)):
        assert f"strip strip--{columns}" in show("{{ day_strip(days, label='x') }}", days=days[:1] * length)


def test_a_sheet_counts_nought_as_a_dash_only_when_there_is_no_number():
    html = show("{{ sheet_table([{'day': 'a', 'count': none}, {'count': 0, 'classes': 'off last'}], caption='計算') }}")
    assert '<td class="num">―</td>' in html and '<td class="num">0</td>' in html
    assert '<tr class="is-off is-end">' in html
    assert '<caption class="hidden-text">計算</caption>' in html


def test_a_field_ties_label_hint_error_and_control_together():
    html = show("{{ text_field(id='url', label='URL', hint='写してください', error='読み取れません', required=true) }}")
    tags = outline(html).tags
    ids = {attributes.get("id") for _, attributes in tags}
    control = next(attributes for tag, attributes in tags if tag == "input")
    assert ("label", {"for": "url"}) in tags
    assert control["aria-describedby"] == "url-hint url-error" and {"url-hint", "url-error"} <= ids
    assert control["aria-invalid"] == "true" and control["name"] == "url"
    assert html.index("必須") < html.index("写してください") < html.index("読み取れません") < html.index("<input")


def test_a_field_without_hint_and_error_describes_nothing():
    html = show("{{ area_field(id='why', label='理由') }}")
    assert "aria-" not in html and "field--error" not in html


def test_secrets_and_files_are_never_written_back():
    for kind in ("password", "file"):
        assert "secret" not in show("{{ input(id='x', type=kind, value='secret') }}", kind=kind)


def test_a_text_keeps_its_first_empty_line():
    assert ">\n\n理由</textarea>" in show("{{ textarea(id='why', value='\\n理由') }}").replace("\r", "")


def test_a_group_of_cards_is_a_fieldset_an_error_can_lead_to():
    html = show(
        "{% call choices(id='who', legend='あなたの立場', error='選んでください') %}"
        "{{ choice_card('who', 'self', '本人') }}{% endcall %}"
    )
    tags = outline(html).tags
    fieldset = next(attributes for tag, attributes in tags if tag == "fieldset")
    assert fieldset["id"] == "who" and fieldset["tabindex"] == "-1" and fieldset["aria-describedby"] == "who-error"
    assert "<legend" in html and html.count("<label") == 1


def test_a_card_that_cannot_be_chosen_says_so_without_has():
    html = show("{{ choice_card('b', '3', '第3版', disabled=true) }}")
    assert 'class="card card--off"' in html and " disabled" in html


def test_the_error_summary_counts_links_and_takes_the_focus():
    html = show(
        "{{ error_summary([('u2', 'URLが読み取れません'), ('why', '理由がありません')], kept_text='残っています。') }}"
    )
    assert "2か所を直すと送れます" in html
    assert '<a href="#u2">URLが読み取れません</a>' in html
    assert 'aria-labelledby="errors-h"' in html and 'tabindex="-1"' in html and "autofocus" in html
    assert "サインインできませんでした" in show(
        "{{ error_summary([('a', 'b')], heading='サインインできませんでした') }}"
    )
    assert show("{{ error_summary([]) }}") == ""


def test_a_letter_keeps_every_line_break():
    body = "水原 あかり 様\r\n\r\n  項目1: <削除> しました。\n"
    html = show("{{ letter_view(to='水原 あかり 様', subject='お知らせ', body=body) }}", body=body)
    assert '<div class="letter__body">水原 あかり 様\r\n\r\n  項目1: &lt;削除&gt; しました。\n</div>' in html


def test_a_panel_is_named_by_its_heading():
    html = show("{% call panel(heading='判断する', id='decide', level=3) %}<p>x</p>{% endcall %}")
    assert 'id="decide" aria-labelledby="h-decide"' in html
    assert '<h3 class="heading" id="h-decide">判断する</h3>' in html
    assert "labelledby" not in show("{% call panel() %}<p>x</p>{% endcall %}")


def test_the_last_crumb_is_where_one_is():
    html = show("{{ crumbs([('作業一覧', '/desk'), ('TH-2026-000412', none)]) }}")
    assert '<a href="/desk">作業一覧</a>' in html and '<li aria-current="page">TH-2026-000412</li>' in html


def test_three_cells_never_one_status():
    html = show(
        "{{ steps({'state': 'on', 'word': '講ずる'}, {'state': 'wanted', 'word': '記録がない'},"
        " {'word': '作れない', 'mark': 'dash'}, label='項目2') }}"
    )
    places = [html.index(word) for word in ("判断", "実施", "通知")]
    assert places == sorted(places)
    assert html.count("<li") == 3 and 'class="is-wanted"' in html and 'aria-label="項目2"' in html


def test_a_row_without_anyone_says_so():
    html = show("<table>{{ work_row('soon', '最終営業日', clock_badge(say='5/2(土)'), '/c', '住所') }}</table>")
    assert "未定" in html and 'scope="row"' in html


ROOMS = [
    SimpleNamespace(href="/desk", label="作業一覧", current=True),
    SimpleNamespace(href="/desk/criteria", label="基準", current=False),
]
LAYOUTS = {
    "base.html": {},
    "public/_layout.html": {
        "service": SimpleNamespace(name="つむぎ広場", slug="hiroba"),
        "provider": "株式会社つむぎ",
        "exit_url": "https://weather.example/",
    },
    "staff/_layout.html": {
        "rooms": ROOMS,
        "now_text": "5月1日(金) 10:42",
        "next_working_day_text": "5月7日(木)",
        "staff_name": "小野寺 遥",
        "sign_out_url": "/sign-out",
        "watch_text": "10:41 正常に終了",
        "calendar_text": "2026a",
        "edition_text": "令和7年総務省令第15号",
    },
}


def page(layout: str, **context: object) -> str:
    source = '{% extends "' + layout + '" %}{% block content %}<h1 class="title">題</h1>{% endblock %}'
    with bare_app().test_request_context("/"):
        return render_template_string(source, **{**LAYOUTS[layout], **context})


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_has_language_skip_link_main_and_nothing_inline(layout):
    html = page(layout)
    tags = outline(html.replace("<!doctype html>", "")).tags
    assert ("html", {"lang": "ja"}) in tags and ("a", {"class": "skip", "href": "#main"}) in tags
    assert [attributes["id"] for tag, attributes in tags if tag == "main"] == ["main"]
    assert all("style" not in attributes for _, attributes in tags)
    scripts = [attributes for tag, attributes in tags if tag == "script"]
    sheets = [attributes["href"] for tag, attributes in tags if tag == "link" and attributes["rel"] == "stylesheet"]
    htmx = {"src": "/static/vendor/htmx.min.js", "integrity": vendored()["htmx.min.js"], "defer": None}
    out = LAYOUTS[layout].get("exit_url")
    assert scripts == [htmx, *([{"src": "/static/exit.js", "data-exit": out}] if out else [])]
    assert sheets == ["/static/vendor/tokens.css", "/static/style.css"]
    assert '<html lang="en">' in page(layout, locale="en")


def test_htmx_shows_a_form_that_came_back_and_leaves_nothing_behind():
    tags = outline(page("base.html").replace("<!doctype html>", "")).tags
    content = next(attributes["content"] for tag, attributes in tags if attributes.get("name") == "htmx-config")
    assert content is not None
    config = json.loads(content)
    answers = config.pop("responseHandling")

    def swaps(status: str) -> bool:
        return next(answer["swap"] for answer in answers if re.search(answer["code"], status))

    assert {status: swaps(status) for status in ("200", "204", "409", "422", "403", "500")} == {
        "200": True, "204": False, "409": True, "422": True, "403": False, "500": False,
    }  # fmt: skip
    assert config == {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "allowScriptTags": False,
        "historyCacheSize": 0,
    }


def test_the_public_side_has_a_way_out_and_names_who_runs_it():
    html = page("public/_layout.html", provider=EVIL)
    assert 'href="https://weather.example/" rel="noreferrer">すぐに閉じる</a>' in html
    assert "つむぎ広場" in html and "特定電気通信役務提供者" in html and "<script>" not in html
    assert "株式会社つむぎ" in page("public/_layout.html", service=None).split("</header>")[0]


def test_the_desk_shows_the_room_the_day_and_the_way_out():
    html = page("staff/_layout.html")
    assert '<body class="desk">' in html
    assert '<a href="/desk" aria-current="page">作業一覧</a>' in html
    assert "次の営業日は<strong" in html and "見張り番: 10:41 正常に終了" in html
    assert '<form action="/sign-out" method="post"><input type="hidden" name="csrf_token" value="token-1">' in html


def test_every_class_of_a_macro_has_its_rule():
    css = (HOUSE / "tracker/static/style.css").read_text("utf-8")
    ruled = set(re.findall(r"\.([a-z][\w-]*)", css))
    used = set()
    for source in CALLS.values():
        for _, attributes in outline(show(source, e="x")).tags:
            used |= set((attributes.get("class") or "").split())
    assert used - ruled == set()
