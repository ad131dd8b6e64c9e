"""The night watch: the whole schedule in one table. A new job is a new line; engine and health page follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.db import Database
from tracker.jobs import bounces, channels, custody, ledger, mail, senders, tasks, watching
from tracker.law import N_

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Job:
    """One job. `minute` and `hour` are crontab fields in Japanese time; `fresh` is how old its last success may be.

    One that runs `alone` does not begin while it still runs in this worker: it could take all its threads.
    """

    name: str
    label: str
    says: str
    work: Callable[[Database, Callable[[], datetime]], None]
    fresh: timedelta
    minute: str = "*"
    hour: str = "*"
    alone: bool = False


MAIL = Job(
    "mail",
    N_("通知の送信"),
    N_("送信待ちの通知を1通ずつメールの中継サーバーに渡します。通知を送信待ちにした直後と、毎分動きます"),
    mail.carry_mail,
    fresh=timedelta(minutes=10),
)

JOBS: tuple[Job, ...] = (
    MAIL,
    Job(
        "bounces",
        N_("不達のお知らせの確認"),
        N_(
            "メールが届かなかったという知らせを専用の受信箱から読み、その通知を不達として記録します。設定がなければ何もしません"
        ),
        bounces.read_bounces,
        fresh=timedelta(minutes=20),
        minute="3-59/5",
        alone=True,
    ),
    Job(
        "alerts",
        N_("期限のお知らせ"),
        N_("最後の営業日の前の営業日と当日、過ぎた後は営業日ごとに、担当者と主任に知らせます"),
        watching.raise_alerts,
        fresh=timedelta(minutes=20),
        minute="*/5",
    ),
    Job(
        "memos",
        N_("お知らせの送信"),
        N_("担当者あてのお知らせを、申出者あての通知とは別に、中継サーバーに渡します"),
        watching.carry_memos,
        fresh=timedelta(minutes=20),
    ),
    Job(
        "channels",
        N_("ほかの知らせ先への送信"),
        N_("チャットなどの知らせ先（Webhook）に、期限のお知らせを送ります。知らせ先がなければ何もしません"),
        channels.carry_posts,
        fresh=timedelta(minutes=20),
        alone=True,
    ),
    Job(
        "orders",
        N_("保管者のシステムへの依頼"),
        N_(
            "通信履歴の保管者のシステムに依頼を渡し、回答を受け取ります。システムにつないだ保管者がいなければ何もしません"
        ),
        custody.carry_orders,
        fresh=timedelta(minutes=20),
        alone=True,
    ),
    Job(
        "years",
        N_("年度の終わり"),
        N_("4月1日に、前の年度の公表（5月31日まで）と報告（4月30日まで）の期限を、届け出たサービスごとに始めます"),
        watching.end_years,
        fresh=DAY + timedelta(hours=2),
        minute="5",
        hour="0",
    ),
    Job(
        "morning",
        N_("朝のまとめ"),
        N_("営業日の朝に、期限の近いものを一人に1通にまとめます。何もない日も送ります"),
        watching.morning,
        fresh=DAY + timedelta(hours=2),
        minute="30",
        hour="8",
    ),
    Job(
        "weekly",
        N_("週のまとめ"),
        N_("週の最初の営業日に、前の週の件数を管理者に送ります"),
        watching.weekly,
        fresh=DAY + timedelta(hours=2),
        minute="35",
        hour="8",
    ),
    Job(
        watching.HEARTBEAT,
        N_("見張りの合図"),
        N_("ほかの処理がすべて正しく動いている間だけ、設定したアドレスに合図を送ります。合図が絶えることが警報です"),
        watching.beat,
        fresh=timedelta(minutes=20),
        minute="4-59/5",
    ),
    Job(
        "waits",
        N_("基準の待機の終わり"),
        N_("公表から中14日が過ぎた基準を、使えるものとして記録します"),
        tasks.end_waits,
        fresh=timedelta(minutes=20),
        minute="2-59/5",
    ),
    Job(
        "hearings",
        N_("発信者の回答の待機の終わり"),
        N_("照会が発信者に届いてから7日（特例では2日）が過ぎたことを記録します。判断は人が行います"),
        senders.end_sender_waits,
        fresh=timedelta(minutes=20),
        minute="1-59/5",
    ),
    Job(
        "senders",
        N_("発信者への通知の、サービスのシステムへの引き渡し"),
        N_(
            "メールアドレスがわからない発信者への通知を、サービスのシステムに渡します。つないだシステムがなければ何もしません"
        ),
        senders.carry_to_systems,
        fresh=timedelta(minutes=20),
        alone=True,
    ),
    Job(
        "ledger",
        N_("投稿の管理の記録の取込み"),
        N_(
            "受け取ったファイルの行を順に数え、取り消された取込みを件数から引きます。途中で止まっても、続きから始めます"
        ),
        ledger.carry_ledger,
        fresh=timedelta(hours=2),
        alone=True,
    ),
    Job(
        "holds",
        N_("通信履歴の保存の終わり"),
        N_("期間の過ぎた保存の目印を解き、事案に記録します"),
        tasks.end_holds,
        fresh=DAY + timedelta(hours=2),
        minute="10",
        hour="0",
    ),
    Job(
        "erasures",
        N_("通信履歴の消去の依頼"),
        N_(
            "最後の保存が終わり、保存期間も過ぎた通信履歴の消去を、保存していると答えた保管者に依頼します。ほかの保存がかかるものは依頼しません"
        ),
        custody.order_erasures,
        fresh=DAY + timedelta(hours=2),
        minute="20",
        hour="0",
    ),
    Job(
        "scan",
        N_("証拠のウイルス検査"),
        N_("まだ検査していない証拠のファイルを、検査の仕組み（clamd）に渡します。設定がなければ何もしません"),
        tasks.scan_evidence,
        fresh=timedelta(minutes=30),
        alone=True,
    ),
    Job(
        "evidence",
        N_("使われなかったファイルの消去"),
        N_("送られなかった申出の添付ファイルを1日たってから、自動送信の確認の使い終えた答えを期限が過ぎてから消します"),
        tasks.sweep_evidence,
        fresh=DAY + timedelta(hours=2),
        minute="40",
        hour="3",
    ),
    Job(
        "positions",
        N_("事案の並びの点検"),
        N_("次の期限と終了の日時を記録から計算し直し、事案の一覧と違えば知らせます"),
        tasks.check_positions,
        fresh=DAY + timedelta(hours=6),
        minute="0",
        hour="4",
    ),
)


def watch() -> Mapping[str, tuple[str, timedelta]]:
    """What the health page needs of the schedule: each job's label, and how old its last success may be."""
    return {job.name: (job.label, job.fresh) for job in JOBS}
