"""The tables of the package, column by column: CSV, XLSX, the descriptor and the pages all follow this one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.law.publication import Basis, Source, Unit

Cell = str | int | float | bool | None  # None: nothing stands here
CODE = "^[A-Za-z0-9_.-]+$"
EXEMPT = ("excluded", "only", "included")  # of 役務提供停止措置


@dataclass(frozen=True)
class Column:
    """A column: its name in files, its Japanese title, and what may stand in it. `kind` is a type of Data Package."""

    name: str
    title: str
    says: str
    kind: str = "string"
    required: bool = True
    values: tuple[str, ...] = ()
    pattern: str = ""
    least: int | None = None


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table: a CSV file of this name, a sheet of this title. `key` names a row; `parents` point to other sheets."""

    name: str
    title: str
    says: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    parents: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The head of the CSV file."""
        return [column.name for column in self.columns]


def _code(name: str, title: str, says: str, *, required: bool = True) -> Column:
    return Column(name, title, says, required=required, pattern=CODE)


SERVICE = _code("service", "サービス", "サービスの符号。サービスの名称は、figures.jsonにあります")
YEAR = Column("fiscal_year", "公表年度", "公表年度が始まる年（西暦）。4月1日から翌年3月31日まで", "integer")
ITEM = _code("item_id", "項目番号", "規則18条の項と号。18-3-1は、3項1号。年度やサービスが変わっても同じです")
OWN = (SERVICE, YEAR, ITEM)
OF_ITEM = {"item_id": ("definitions", "item_id")}

FIGURES = Sheet(
    "figures",
    "件数",
    "規則18条が求める件数。1行に1つの数",
    (
        *OWN,
        _code("dim1_code", "区分1の符号", "1つ目の区分。totalは、その項目の合計"),
        Column("dim1_label", "区分1", "1つ目の区分の名称"),
        _code("dim2_code", "区分2の符号", "2つ目の区分。空の行は、2つ目の区分で分けていない数", required=False),
        Column("dim2_label", "区分2", "2つ目の区分の名称", required=False),
        _code("measure", "数えるもの", "countは件数。itemsは、申出に含まれる投稿の数（任意）"),
        Column("value", "数", "0以上の整数。伏せた数はありません", "integer", least=0),
        Column("unit", "単位", "何を数えたか。意味は、definitions.csvのunit_label", values=tuple(map(str, Unit))),
        Column(
            "date_basis", "基準の日", "どの日の年度に入れたか。definitions.csvを参照", values=tuple(map(str, Basis))
        ),
        Column("note", "備考", "この数だけについての注", required=False),
    ),
    ("service", "fiscal_year", "item_id", "dim1_code", "dim2_code", "measure"),
    OF_ITEM,
)
TEXTS = Sheet(
    "texts",
    "文章",
    "規則18条が求める文章。1行に1段落",
    (
        *OWN,
        _code("part_code", "部分の符号", "文章がいくつかに分かれる項目で、何についての文章か", required=False),
        Column("part_label", "部分", "その名称", required=False),
        Column("order", "順", "項目の中での順", "integer", least=0),
        Column("paragraph", "段落", "文章の中での段落の順", "integer", least=1),
        Column("text_ja", "文章", "1つの段落。前後の空白は除き、続く空白は1つにしています"),
    ),
    ("service", "fiscal_year", "item_id", "part_code", "order", "paragraph"),
    OF_ITEM,
)
DEFINITIONS = Sheet(
    "definitions",
    "定義",
    "項目ごとの条文と数え方",
    (
        *OWN,
        Column("article", "規定", "根拠の規定"),
        Column("label", "項目", "項目の名称"),
        Column("statute_lead", "条文（柱書）", "その項の柱書。号のない項では空", required=False),
        Column("statute_text", "条文", "その号（号のない項では、その項）の条文。そのまま", required=False),
        Column("counted", "数え方", "何を、どのように数えたか、又は書いたか"),
        Column("of_which", "うちの意味", "ほかの件数の一部である項目で、その関係", required=False),
        Column("unit", "単位の符号", "figures.csvのunit", values=tuple(map(str, Unit))),
        Column("unit_label", "単位", "その意味"),
        Column("date_basis", "基準の日の符号", "figures.csvのdate_basis", values=tuple(map(str, Basis))),
        Column("date_basis_label", "基準の日", "その意味"),
        Column("source", "記録の符号", "どこから取ったか", values=tuple(map(str, Source))),
        Column("source_label", "記録", "その意味"),
        Column("dim1_meaning", "区分1の意味", "区分1で、何の別に分けたか", required=False),
        Column("dim2_meaning", "区分2の意味", "区分2で、何の別に分けたか", required=False),
        _code("within", "全体", "この件数が、どの項目の一部か", required=False),
        _code("also_within", "全体（2つ目）", "もう1つの項目の一部でもあるとき、その項目", required=False),
        Column("japan_only", "日本の利用者", "日本の利用者に関するものだけか", "boolean"),
        Column(
            "suspensions",
            "役務提供停止措置",
            "excludedは除く、onlyはこれだけ、includedは含む。措置の項目でないものは空",
            required=False,
            values=EXEMPT,
        ),
    ),
    ("item_id",),
)
EXTRA = Sheet(
    "extra",
    "任意の表",
    "規則が求めていない、任意の表。1行に1つの値。値のないところには、行がありません",
    (
        SERVICE,
        YEAR,
        _code("table_id", "表の符号", "どの表か"),
        Column("table_label", "表", "その名称"),
        Column("row", "行", "表の中の行の順", "integer", least=1),
        _code("column_code", "列の符号", "表の中の列"),
        Column("column_label", "列", "その名称"),
        Column("number", "数", "値が数のとき", "number", required=False),
        Column("unit", "単位", "その数の単位", required=False),
        Column("text", "文字", "値が文字のとき", required=False),
        Column("standing", "位置付け", "すべて「任意」", values=("任意",)),
    ),
    ("service", "fiscal_year", "table_id", "row", "column_code"),
)
CORRECTIONS = Sheet(
    "corrections",
    "訂正",
    "前に公表した版との違い。版が1つだけのときは、見出しの行だけ",
    (
        SERVICE,
        YEAR,
        Column("version", "版", "この違いが入った版", "integer", least=1),
        Column("day", "日", "この違いが入った版を固めた日（日本時間）。公表した日は、後のことがあります", "date"),
        Column("item_id", "項目番号", "どの項目の違いか。任意の表では、表の符号"),
        Column("item_label", "項目", "項目の名称。任意の表では、表の名称", required=False),
        Column(
            "dim1_code",
            "区分1の符号",
            "どの区分の違いか。文章では部分の符号、任意の表では列の符号。空の行は、任意の表の1行全体",
            required=False,
        ),
        Column("dim1_label", "区分1", "その名称。任意の表では、列の名称", required=False),
        Column(
            "dim2_code",
            "区分2の符号",
            "2つ目の区分。任意の表では、行の符号（列codeの値）。"
            "符号のない表では、row-3のように行の順（なくした行は、前の版での順）",
            required=False,
        ),
        Column("dim2_label", "区分2", "その名称。任意の表では、行の名称", required=False),
        Column("measure", "数えるもの", "figures.csvのmeasure。任意の表ではextra、文章では空", required=False),
        Column("before_value", "前の数", "前の版の数。空は、なかったもの", "number", required=False),
        Column("after_value", "後の数", "この版の数。空は、なくしたもの", "number", required=False),
        Column(
            "before_text",
            "前の文章",
            "前の版の文章。段落は1行につなげています。任意の表のなくした行は、その値を / でつなげています",
            required=False,
        ),
        Column(
            "after_text",
            "後の文章",
            "この版の文章。段落は1行につなげています。任意の表の加えた行は、その値を / でつなげています",
            required=False,
        ),
        Column("why", "理由", "何が違っていたか"),
    ),
    (),
)
SHEETS = (FIGURES, TEXTS, DEFINITIONS, EXTRA, CORRECTIONS)
# The heads of every column of texts, in files and on sheets.
TEXT = frozenset(
    head for sheet in SHEETS for one in sheet.columns if one.kind == "string" for head in (one.name, one.title)
)
