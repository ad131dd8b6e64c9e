"""docs/report-figures.md: every item of 規則18条 as a table, in Japanese, printed from law/publication.py."""

from tracker.law.publication import BASES, ITEMS, SOURCES, SPLITS, UNITS, Published

HEAD = """# 毎年公表する事項の一覧（規則18条）

法28条により毎年公表する42の事項について、何を、どの記録から、どの日を基準に、何の別に数えるかの一覧です。

- 表（`tracker/law/publication.py`）から印刷しています。手で書き換えません。
- 番号は、規則18条の項と号です。どのファイルでも変わりません。
- 公表年度は、4月1日から翌年の3月31日までです。公表は、その後2か月以内です（規則18条1項）。
- 「うち」の列は、その件数が、どの件数の一部かを表します。一部が全体を超えることはありません。
- 5項は、日本の利用者に関するものだけです。「停止」の列が「除く」のものには、役務提供停止措置を数えません（5項2号）。
- 数え方を決めた理由は、[判断の記録22](decisions/0022-the-yearly-publication.md)にあります。

| 番号 | 規定 | 事項 | 記録 | 単位 | 別 | 基準の日 | うち | 停止 |
|---|---|---|---|---|---|---|---|---|
"""
SUSPENSIONS = {None: "", False: "除く", True: "だけ"}


def report_figures() -> str:
    """The whole document."""
    return HEAD + "".join(map(_row, ITEMS))


def _row(item: Published) -> str:
    cells = (
        item.code,
        item.article,
        item.label + (f"<br>{item.says}" if item.says else ""),
        SOURCES[item.source],
        UNITS[item.unit],
        " × ".join(SPLITS[one] for one in item.splits),
        BASES[item.basis],
        "・".join(item.within),
        SUSPENSIONS[item.suspensions],
    )
    return "| " + " | ".join(cells) + " |\n"
