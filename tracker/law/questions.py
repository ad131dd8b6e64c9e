"""What helps to judge each right, asked once the right is chosen. Every answer is voluntary (法22条2項1号)."""

from dataclasses import dataclass, field

from tracker.law import N_
from tracker.law.grounds import Circumstance, Right


@dataclass(frozen=True)
class Question:
    """One question; its key is stored for ever with the answer. With `options` one of them is the answer."""

    key: str
    label: str
    hint: str = ""
    options: dict[str, str] = field(default_factory=dict)


CONSENT = {
    "never": N_("一度も同意していない"),
    "withdrawn": N_("同意したが、取り消した"),
    "unknown": N_("わからない、覚えていない"),
}

# Few on purpose: what 権利侵害の判断 most often lacks, and no lawyer's words.
QUESTIONS: dict[Right | Circumstance, tuple[Question, ...]] = {
    Right.HONOR: (
        Question("honor_untrue", N_("事実でないのは、どの部分ですか"), N_("本当のことと、それを示せるものがあれば。")),
    ),
    Right.SELF_ESTEEM: (Question("esteem_often", N_("同じような言葉は、どのくらい繰り返されていますか")),),
    Right.PRIVACY: (
        Question(
            "privacy_what", N_("知られていなかったのは、どの情報ですか"), N_("住所、病歴、勤務先、過去の事件など。")
        ),
        Question("privacy_open", N_("自分で公開したことがありますか。あれば、いつごろですか")),
    ),
    Right.PEACE: (Question("peace_since", N_("いつから、どのくらい続いていますか")),),
    Right.PORTRAIT: (Question("portrait_how", N_("いつ、どこで撮られたものですか。載せることを承諾しましたか")),),
    Right.NAME: (
        Question(
            "name_genuine", N_("本物のアカウントや、本人とわかるページ"), N_("なりすましのとき。URLでも名前でも。")
        ),
    ),
    Right.PUBLICITY: (Question("publicity_goods", N_("どの商品や広告に使われていますか")),),
    Right.COPYRIGHT: (
        Question("copyright_title", N_("作品の題名と、作った人")),
        Question("copyright_where", N_("もとの作品が見られる場所や、登録番号"), N_("URL、雑誌の名前と号など。")),
    ),
    Right.TRADEMARK: (
        Question("trademark_number", N_("商標の登録番号"), N_("例: 第1234567号")),
        Question("trademark_goods", N_("どの商品やサービスに使われていますか")),
    ),
    Right.BUSINESS: (Question("business_untrue", N_("事実でないのはどの部分で、どんな損害がありますか")),),
    Circumstance.INTIMATE: (Question("intimate_consent", N_("公開に同意したことがありますか"), "", CONSENT),),
    Circumstance.AV: (Question("av_contract", N_("作品の題名と、契約を取り消した日や契約の有無")),),
    Circumstance.ELECTION: (Question("election_which", N_("どの選挙の、どの候補者にかかわりますか")),),
}


def asked(chosen: "list[Right | Circumstance]") -> list[Question]:
    """The questions that follow from what was chosen, in the order of the form."""
    return [question for about, questions in QUESTIONS.items() if about in chosen for question in questions]


def answered(answers: dict[str, str]) -> list[tuple[str, str]]:
    """Question and answer in Japanese, in the order of the form: as staff and letters show them."""
    return [
        (question.label, question.options.get(answers[question.key], answers[question.key]))
        for questions in QUESTIONS.values()
        for question in questions
        if answers.get(question.key)
    ]
