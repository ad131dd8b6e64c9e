"""What can be set, from TRACKER_* variables or a .env file, and the office policy derived from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource, SettingsConfigDict

from tracker.law.hours import Hours

MIB = 1024 * 1024
# Settings of earlier versions. One that is still set would be left aside without a word.
RENAMED = {
    "TRACKER_SMTP_STARTTLS": "is now TRACKER_SMTP_TLS: remove it, and say none, starttls or tls there instead",
}
ACTS = r"^((suspension|refusals|urgent)(,(suspension|refusals|urgent))*)?$"


class Settings(BaseSettings):
    """Every setting. The description of each field is what docs/settings.md prints."""

    model_config = SettingsConfigDict(env_prefix="TRACKER_", env_file=".env", extra="ignore")

    database: str = Field("sqlite:///var/kigen.db", description="Database URL: SQLite file or PostgreSQL.")
    data: Path = Field(Path("var"), description="Folder for evidence files, the job queue and the mail folder.")
    secret_key: SecretStr = Field(
        description="Signs sessions and forms, salts passwords: a new one voids every password. `make run` makes one."
    )
    master_key: SecretStr = Field(
        description="32 bytes in base64 that wrap every case key. Keep it apart from backups of the database."
    )
    provider: str = Field("（提供者名が未設定です）", description="Name of the provider (特定電気通信役務提供者).")
    base_url: str = Field("http://127.0.0.1:8000", description="Public address, used in letters.")
    contact: str = Field(
        "",
        description="Where a sender can object to a measure, and a claimant can say that somebody else changed their "
        "mail address: an address or page, printed in these letters. Empty: claimants are led to the form's page.",
    )
    exit_url: str = Field("https://www.jma.go.jp/", description="Neutral page that the quick exit opens.")
    proxies: int = Field(0, description="Number of trusted proxies in front of the web server.")

    mail: Literal["", "smtp", "folder"] = Field(
        "",
        description="How mail leaves: smtp, or folder (files, to try out). Empty: letters wait; the desk says so.",
    )
    mail_from: str = Field("kigen@localhost", description="Sender address of all mail.")
    smtp_host: str = Field("127.0.0.1", description="Mail relay.")
    smtp_port: int = Field(25, description="Port of the mail relay.")
    smtp_user: str = Field("", description="User name at the relay; empty for none.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password at the relay.")
    smtp_tls: Literal["none", "starttls", "tls"] = Field(
        "none",
        validate_default=True,
        description="How the way to the relay is encrypted: starttls (mostly port 587) or tls (from the first byte, "
        "mostly port 465), both with its certificate and name checked; or none.",
    )
    smtp_timeout: int = Field(30, ge=1, le=60, description="Seconds to wait for each answer of the relay, at most 60.")
    mail_ca: str = Field(
        "", description="File of the authorities that vouch for relay and mailbox. Empty: those of the system."
    )
    bounce_address: str = Field(
        "",
        pattern=r"^([A-Za-z0-9._-]{1,15}@[A-Za-z0-9.-]+)?$",
        description="Address to which undelivered mail comes back, as bounces@example.jp; each letter adds a mark of "
        "its own (bounces+…@example.jp). Empty: TRACKER_MAIL_FROM.",
    )
    bounce_mailbox: str = Field(
        "",
        pattern=r"^(maildir:/.+|imaps://[^@/]+@[^@/]+(/.+)?)?$",
        description="Where that mail is read: maildir:/path, or imaps://user@host/folder with %40 for an @ in the user "
        "name. Empty: nowhere; staff record what came back.",
    )
    bounce_password: SecretStr = Field(SecretStr(""), description="Password of the IMAP user of that mailbox.")

    evidence_files: int = Field(20, description="Most evidence files in one filing.")
    evidence_bytes: int = Field(20 * MIB, description="Largest evidence file, in bytes.")
    disk_spare: int = Field(
        1024 * MIB, description="Free disk space in bytes that is left for filings: below it, files are refused."
    )
    clamd: str = Field(
        "",
        pattern=r"^(/.+|.+:\d+)?$",
        description="Virus scanner for evidence files: `host:port` or the socket path of a clamd. Empty: not scanned.",
    )

    target_fast_lane: int = Field(6, description="Office target in hours: first decision in an urgent case.")
    target_receipt: int = Field(4, description="Office target in hours: receipt for a filing by letter, fax or phone.")
    target_investigation: int = Field(12, description="Office target in hours: start of the investigation (法23条).")
    target_decide: int = Field(24 * 14, description="Office target in hours: decision after an interim reply (法23条).")
    target_outcome: int = Field(24, description="Office target in hours: outcome after the decision (法25条2項).")
    target_execution: int = Field(24, description="Office target in hours: a measure that was ordered is carried out.")
    target_sender_notice: int = Field(24, description="Office target in hours: notice to the sender (法27条).")
    target_appeal: int = Field(24 * 14, description="Office target in hours: an appeal of a sender is answered.")
    target_criteria_change: int = Field(
        24 * 7, description="Office target in hours: criteria after an emergency (法26条3項)."
    )
    target_registration_change: int = Field(
        24 * 14, description="Office target in hours: filing of a changed registered matter (法21条2項)."
    )
    target_specialist_filing: int = Field(
        24 * 14, description="Office target in hours: filing of a specialist appointed or changed (法24条3項)."
    )
    target_sender_report_request: int = Field(
        24 * 14, description="Office target in hours: sender counts that the minister asked for (規則9条2項)."
    )
    target_japanese_filing: int = Field(
        24 * 14, description="Office target in hours: the Japanese text of a filing made in English (規則21条3項)."
    )
    target_disclosure_hearing: int = Field(
        24 * 3, description="Office target in hours: the sender is heard, not only asked, on a disclosure (法6条1項)."
    )
    target_sender_told_of_order: int = Field(
        24, description="Office target in hours: a sender who objected is told of a disclosure order (法6条2項)."
    )
    target_erasure: int = Field(
        24 * 7, description="Office target in hours: logs are erased after their period (ガイドライン38条1項解説)."
    )
    target_hold_order: int = Field(24, description="Office target in hours: a hold that a paper places is ordered.")
    target_hold_answer: int = Field(24, description="Office target in hours: a log custodian answers a hold order.")

    sender_door_days: int = Field(
        180,
        ge=14,
        le=730,
        description="For how many days the link to a sender's page opens it, from its last letter on.",
    )

    approve_before: str = Field(
        "suspension,refusals",
        pattern=ACTS,
        description="Decisions that take no effect before a second person approved them: `suspension` (of an account), "
        "`refusals` (of more items of one notice than TRACKER_APPROVE_MANY), `urgent` (removals in urgent cases or "
        "under 法26条1項3号), with commas between. Empty: none.",
    )
    approve_after: str = Field(
        "urgent", pattern=ACTS, description="Decisions at which a second person looks afterwards: the same words."
    )
    approve_many: int = Field(20, ge=1, description="How many refused items of one notice need no second person.")

    office_opens: time = Field(
        time(9), description="When the office opens on working days, Japanese time: alerts are sent from then on."
    )
    office_closes: time = Field(
        time(18),
        description="When it closes: what falls due later is told at the next opening, unless it ends before that.",
    )
    heartbeat_url: str = Field(
        "",
        pattern=r"^(https?://.+)?$",
        description="Address that is called every five minutes while every job is well. Its silence is the alarm: let "
        "another service watch it. Empty: none.",
    )

    webhook_local: bool = Field(
        False,
        description="Webhooks may go to this very machine over plain http, to try them out. Not for daily work.",
    )

    minutes_per_item: int = Field(
        20, ge=1, description="Minutes of work that the forecast reckons for each undecided item, and for a reply."
    )
    casework_minutes: int = Field(
        240,
        ge=1,
        le=24 * 60,
        description="Minutes of casework that one person does on a day of work, for the forecast.",
    )

    sign_in_limit: str = Field(
        "5 per minute", description="Sign-in attempts allowed per address, counted by each web process."
    )
    filing_limit: str = Field(
        "30 per hour", description="Filings allowed per address. The form says when to try again."
    )

    @field_validator("smtp_tls")
    @classmethod
    def _no_password_in_the_clear(cls, tls: str, info: ValidationInfo) -> str:
        """A password goes over an encrypted way, or stays on this machine."""
        if tls == "none" and info.data.get("smtp_user") and not _on_this_machine(info.data.get("smtp_host", "")):
            raise ValueError(
                "TRACKER_SMTP_PASSWORD would travel in the clear: say starttls or tls, or leave TRACKER_SMTP_USER empty"
            )
        return tls

    @field_validator("office_closes")
    @classmethod
    def _closes_after_it_opens(cls, closes: time, info: ValidationInfo) -> time:
        if closes <= info.data.get("office_opens", time(9)):
            raise ValueError("must be later than TRACKER_OFFICE_OPENS, on the same day")
        return closes

    @property
    def office(self) -> "Office":
        """The office policy these settings describe."""
        prefix = "target_"
        names = [name for name in type(self).model_fields if name.startswith(prefix)]
        return Office(
            {name.removeprefix(prefix): timedelta(hours=getattr(self, name)) for name in names},
            before=frozenset(self.approve_before.split(",")),
            after=frozenset(self.approve_after.split(",")),
            many=self.approve_many,
            per_item=self.minutes_per_item,
            per_day=self.casework_minutes,
            hours=Hours(self.office_opens, self.office_closes),
        )

    @property
    def evidence_folder(self) -> Path:
        """Where encrypted evidence files lie."""
        return self.data / "evidence"

    @property
    def mail_folder(self) -> Path:
        """Where TRACKER_MAIL=folder writes letters."""
        return self.data / "mail"


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def from_environment() -> Settings:
    """The settings of this machine. Ends the program with the names, never the values, of what is missing or wrong."""
    wrong = [f"{old}: {now}" for old, now in RENAMED.items() if old in _named()]
    try:
        found = Settings()
    except ValidationError as error:
        wrong += [f"TRACKER_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors()]
    if wrong:
        said = "\n".join(wrong)
        raise SystemExit(f"Kigen cannot start. `make run` makes the keys; docs/settings.md says the rest.\n{said}")
    return found


def _named() -> set[str]:
    """Every name that is set, in the environment or in the file beside it."""
    sources = (EnvSettingsSource(Settings), DotEnvSettingsSource(Settings))
    return {name.upper() for source in sources for name in source.env_vars}


@dataclass(frozen=True)
class Office:
    """Office policy, carried in `session.info["office"]`: targets of what is to be prompt, and what two people see."""

    targets: Mapping[str, timedelta]
    before: frozenset[str] = frozenset()  # what a second person approves before it takes effect
    after: frozenset[str] = frozenset()  # what a second person looks at afterwards
    many: int = 20  # refusals at once that need no second person
    per_item: int = 20  # minutes of work on an item
    per_day: int = 240  # minutes of casework in a person's day
    hours: Hours = field(default_factory=lambda: Hours(time(9), time(18)))  # when somebody is told

    def target(self, name: str, at: datetime) -> timedelta:
        """How long after `at` the office aims to have done `name`. Raises KeyError for an unknown name."""
        return self.targets[name]
