"""Templates that come with the product: for each of the ten rights, and for each finding, one to start from.

They are offered, never forced: a house writes its own (templates.py). The words are ours; what a reason must say is
法25条1項2号・27条, and what is weighed for each right is in the guideline for 26条.
"""

from typing import NamedTuple

from tracker.law.grounds import Finding, Right


class Shipped(NamedTuple):
    """A template to start from; `key` is stored nowhere but in addresses of forms."""

    key: str
    take: bool
    right: Right | None
    title: str
    text: str
    finding: Finding | None = None


RULE = "基準の［＿条項の番号＿］にあたります。"
CHECKED = "［＿何を見て確かめたか＿］により［＿確かめて分かったこと＿］を確認しました。"
NO = Finding.NOT_INFRINGED

SHIPPED: tuple[Shipped, ...] = (
    Shipped(
        "honor-take",
        True,
        Right.HONOR,
        "名誉権: 示された事実が真実でない",
        "投稿のうち「［＿投稿の言葉＿］」の部分は、申出者が［＿どんなことをしたという事実か＿］を示し、"
        "［＿なぜか＿］ため、社会的評価を下げます。"
        + CHECKED
        + "この部分は［＿どの点で＿］事実と異なり、名誉権を侵害します。"
        + RULE,
    ),
    Shipped(
        "honor-not",
        False,
        Right.HONOR,
        "名誉権: 公共の事柄で、真実か、意見にとどまる",
        "「［＿投稿の言葉＿］」は、［＿どんな事柄＿］について［＿事実を示すのか、意見を述べるのか＿］ものです。"
        + CHECKED
        + "［＿公共の利害・目的・真実について考えたこと＿］ため、名誉権の侵害とは認められません。",
        NO,
    ),
    Shipped(
        "self_esteem-take",
        True,
        Right.SELF_ESTEEM,
        "名誉感情: 限度を超える侮辱",
        "「［＿投稿の言葉＿］」という言葉は、［＿申出者の何を、どのように＿］否定するものです。"
        "［＿回数・期間・場所など、いきさつ＿］を［＿何を見て確かめたか＿］により確認しました。"
        "［＿なぜ限度を超えるか＿］ため、受忍限度を超えて名誉感情を害します。" + RULE,
    ),
    Shipped(
        "self_esteem-not",
        False,
        Right.SELF_ESTEEM,
        "名誉感情: 限度を超えるとまではいえない",
        "「［＿投稿の言葉＿］」は、［＿何について述べたものか＿］です。［＿回数・期間・場所など、いきさつ＿］を確認しました。"
        "［＿言葉の程度について考えたこと＿］ため、受忍限度を超えて名誉感情を害するとまではいえません。",
        NO,
    ),
    Shipped(
        "privacy-take",
        True,
        Right.PRIVACY,
        "プライバシー: 公にされていない私生活の事柄",
        "投稿は「［＿投稿の言葉＿］」として、申出者の［＿どんな事柄＿］を書いています。"
        + CHECKED
        + "公にされていない事柄で、［＿知られるとどんな不利益があるか＿］ため、プライバシーを侵害します。"
        + RULE,
    ),
    Shipped(
        "privacy-not",
        False,
        Right.PRIVACY,
        "プライバシー: 公にされている、または知らせる理由が勝る",
        "「［＿投稿の言葉＿］」が述べる［＿どんな事柄＿］は、［＿どこで、いつから公にされているか＿］ことを確認しました。"
        "［＿公表されない利益と、知らせる理由を比べて考えたこと＿］ため、プライバシーの侵害とは認められません。",
        NO,
    ),
    Shipped(
        "peace-take",
        True,
        Right.PEACE,
        "私生活の平穏: くり返す嫌がらせ",
        "「［＿投稿の言葉＿］」などの投稿は、［＿だれが、何回、いつからいつまで＿］続いていることを"
        "［＿何を見て確かめたか＿］により確認しました。［＿生活にどんな支障が出ているか＿］ため、私生活の平穏を害します。"
        + RULE,
    ),
    Shipped(
        "peace-not",
        False,
        Right.PEACE,
        "私生活の平穏: 平穏を害する程度に至らない",
        "「［＿投稿の言葉＿］」について、［＿回数・期間・相手など、いきさつ＿］を確認しました。"
        "［＿なぜその程度に至らないか＿］ため、私生活の平穏を受忍限度を超えて害するとは認められません。",
        NO,
    ),
    Shipped(
        "portrait-take",
        True,
        Right.PORTRAIT,
        "肖像権: 承諾のない撮影・掲載",
        "［＿何枚目の画像、または動画の何分何秒＿］には、申出者の［＿顔や姿のどこが、どのように＿］写っています。"
        + CHECKED
        + "［＿承諾・場所・撮り方・載せ方について考えたこと＿］ため、肖像権を侵害します。"
        + RULE,
    ),
    Shipped(
        "portrait-not",
        False,
        Right.PORTRAIT,
        "肖像権: 見分けられない、または限度内の撮影",
        "［＿何枚目の画像、または動画の何分何秒＿］について、［＿どのように写っているか＿］を確認しました。"
        "［＿場所・目的・撮り方・載せ方について考えたこと＿］ため、受忍限度を超える肖像権の侵害とは認められません。",
        NO,
    ),
    Shipped(
        "name-take",
        True,
        Right.NAME,
        "氏名権: なりすまし・無断の使用",
        "［＿どのアカウント・投稿＿］は「［＿名乗っている言葉＿］」と名乗っています。"
        + CHECKED
        + "申出者が開いたものでも許したものでもなく、［＿見た人が何を取り違えるか＿］ため、氏名権を侵害します。"
        + RULE,
    ),
    Shipped(
        "name-not",
        False,
        Right.NAME,
        "氏名権: 取り違えるおそれがない",
        "「［＿名前が使われている言葉＿］」は、［＿何のために名前を挙げたか＿］ものです。［＿プロフィールなどの表示＿］を確認しました。"
        "［＿なぜ本人と取り違えないか＿］ため、氏名権の侵害とは認められません。",
        NO,
    ),
    Shipped(
        "publicity-take",
        True,
        Right.PUBLICITY,
        "パブリシティ権: 人を引きつける力だけを使う",
        "投稿は「［＿投稿の言葉＿］」として、申出者の［＿名前か写真か、どれか＿］を［＿どんな商品・広告＿］に使っています。"
        + CHECKED
        + "［＿なぜ顧客吸引力の利用が目的といえるか＿］ため、パブリシティ権を侵害します。"
        + RULE,
    ),
    Shipped(
        "publicity-not",
        False,
        Right.PUBLICITY,
        "パブリシティ権: 紹介・報道などのための使用",
        "「［＿投稿の言葉＿］」は、申出者の［＿名前か写真か、どれか＿］を［＿何のために＿］使うものです。［＿販売や広告との関係＿］を確認しました。"
        "専ら顧客吸引力の利用を目的とするとはいえず、［＿そう考えた理由＿］ため、パブリシティ権の侵害とは認められません。",
        NO,
    ),
    Shipped(
        "copyright-take",
        True,
        Right.COPYRIGHT,
        "著作権・著作隣接権: 無断の転載",
        "［＿投稿のどの画像・文・音＿］は、申出者の「［＿作品の名＿］」の［＿どの部分＿］と一致します。"
        "権利者であることを［＿何を見て確かめたか＿］により確認しました。許諾はなく、"
        "［＿引用などにあたらない理由＿］ため、著作権を侵害します。" + RULE,
    ),
    Shipped(
        "copyright-not",
        False,
        Right.COPYRIGHT,
        "著作権・著作隣接権: 引用など、または似ていない",
        "［＿投稿のどの画像・文・音＿］と申出者の「［＿作品の名＿］」を比べ、［＿どこが同じで、どこが異なるか＿］を確認しました。"
        "［＿引用・許諾・創作性について考えたこと＿］ため、著作権の侵害とは認められません。",
        NO,
    ),
    Shipped(
        "trademark-take",
        True,
        Right.TRADEMARK,
        "商標権: 登録した標章の無断の使用",
        "「［＿投稿の言葉・出品の題＿］」には、登録第［＿番号＿］号の標章と［＿同じ・似ている点＿］が、［＿どの商品・役務＿］について使われています。"
        + CHECKED
        + "権利者の許しはなく、商標権を侵害します。"
        + RULE,
    ),
    Shipped(
        "trademark-not",
        False,
        Right.TRADEMARK,
        "商標権: 商標としての使用にあたらない",
        "「［＿投稿の言葉・出品の題＿］」での標章の使い方は［＿どんな使い方＿］であることを、［＿登録の公報など＿］と比べて確認しました。"
        "［＿出所を示す使用といえない、または商品が異なる理由＿］ため、商標権の侵害とは認められません。",
        NO,
    ),
    Shipped(
        "business-take",
        True,
        Right.BUSINESS,
        "営業上の利益: 事実でない書き込み",
        "「［＿投稿の言葉＿］」は、申出者の［＿商品・役務・店＿］について［＿どんな事実＿］を述べています。"
        + CHECKED
        + "事実と異なり、［＿取引にどんな影響があるか＿］ため、営業上の利益を侵害します。"
        + RULE,
    ),
    Shipped(
        "business-not",
        False,
        Right.BUSINESS,
        "営業上の利益: 利用した人の体験・感想",
        "「［＿投稿の言葉＿］」は、［＿いつ、何を利用した体験か＿］を述べるものです。"
        + CHECKED
        + "［＿真実か、意見にとどまるかについて考えたこと＿］ため、営業上の利益の侵害とは認められません。",
        NO,
    ),
    Shipped(
        "gone",
        False,
        None,
        "すでにない",
        "［＿いつ＿］、［＿どのURL・場所＿］を開いて確かめたところ、［＿どんな表示か＿］であり、「［＿申出にある投稿の言葉＿］」の内容は見られませんでした。"
        "［＿申し出られた権利＿］の侵害を判断する投稿がないため、措置は講じません。",
        Finding.GONE,
    ),
    Shipped(
        "not_found",
        False,
        None,
        "特定できない",
        "「［＿申出にある投稿の言葉＿］」を［＿何を手がかりに、どこを＿］探しましたが、特定できませんでした。"
        "［＿いつ、何を尋ねたか＿］についてお尋ねしましたが、［＿回答の有無と内容＿］。［＿申し出られた権利＿］の侵害を判断できないため、措置は講じません。",
        Finding.NOT_FOUND,
    ),
    Shipped(
        "elsewhere",
        False,
        None,
        "別のサービスにある",
        "お知らせの［＿URL・場所＿］を［＿いつ＿］確かめたところ、［＿だれ＿］が運営する別のサービスの投稿でした。"
        "［＿そう分かった理由＿］。わたしたちのサービスにない投稿について措置は講じられません。［＿申し出られた権利＿］については、そのサービスの窓口にお申し出ください。",
        Finding.ELSEWHERE,
    ),
)

BY_KEY = {one.key: one for one in SHIPPED}
