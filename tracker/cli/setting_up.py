"""The first start: keys, database, a service with criteria published long ago, and somebody who can sign in."""

import base64
import os
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click
from dotenv import dotenv_values
from flask.cli import with_appcontext
from sqlmodel import Session, col, select

from tracker.casework.criteria import ClauseText, publish
from tracker.casework.journal import SYSTEM
from tracker.cli import database, settings
from tracker.cli.demo import TEAM_FILE, fill_new_house
from tracker.cli.people import EMAIL, add_staff
from tracker.cli.services import add_service, keep_days
from tracker.law.period import JST
from tracker.migrations import migrate
from tracker.models import Role, Service, Staff
from tracker.now import now
from tracker.settings import Settings

PROVIDER = "株式会社つむぎネットワーク（見本）"
CLAUSES = (
    ClauseText("第4条1項", "名誉毀損", "事実を示して、人の社会的評価を下げる投稿"),
    ClauseText("第4条2項", "侮辱", "人格を否定する言葉などで、社会通念上許される限度を超えて人の名誉感情を害する投稿"),
    ClauseText("第5条1項", "私的な性的画像", "本人の同意なく、私的な性的画像や動画を公にする投稿"),
    ClauseText("第5条2項", "プライバシーの侵害", "住所や勤務先など、公にされていない事実を示す投稿"),
    ClauseText("第6条1項", "脅迫", "人の命や体に危害を加えると告げる投稿"),
    ClauseText("第7条1項", "なりすまし", "他人の氏名や写真を使い、本人であるように見せる投稿"),
    ClauseText("第8条1項", "著作権の侵害", "著作物を権利者の許しなく載せる投稿"),
)


def write_keys(file: Path, *, sample: bool = True) -> bool:
    """Write fresh keys into `file`, readable by its owner only, where neither it nor the environment has them.

    A file that is new also names the provider of the sample service and lets its letters become files; without
    `sample` it does not, and letters wait until somebody says how mail leaves. Says whether anything
    was written. Keys that are there are never touched: without them nothing sealed opens.
    """
    known = {**dotenv_values(file), **os.environ}
    fresh = {
        "TRACKER_SECRET_KEY": secrets.token_urlsafe(48),
        "TRACKER_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    lines = [f"{name}={value}\n" for name, value in fresh.items() if not known.get(name)]
    if not lines:
        return False
    if sample and not file.exists():
        given = {"TRACKER_PROVIDER": PROVIDER, "TRACKER_MAIL": "folder"}
        lines += [f"{name}={value}\n" for name, value in given.items() if not known.get(name)]
    if file.exists() and file.read_text(encoding="utf-8")[-1:] not in {"", "\n"}:
        lines.insert(0, "\n")
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as out:
        os.fchmod(out.fileno(), 0o600)
        out.writelines(lines)
    return True


@click.command("setup")
@click.option("--demo", is_flag=True, help="Where the database is new, fill it with made-up notices (flask demo).")
@click.option("--empty", is_flag=True, help="Make the account only: services and criteria are entered by hand.")
@with_appcontext
def setup(demo: bool, empty: bool) -> None:
    """Migrate, and make what a first look needs: a service, its criteria, an account. Changes nothing that is there."""
    migrate(database())
    sign_in = settings().data / "sign-in.txt"
    with database().writing() as session:
        nobody = session.exec(select(Staff)).first() is None
        new = nobody and not empty and session.exec(select(Service)).first() is None
        if new:
            _first_service(session)
        if nobody:
            _first_account(session, sign_in)
    if demo and new:
        fill_new_house()
    with database().reading() as session:
        slugs = session.exec(select(Service.slug).order_by(col(Service.slug))).all()
    click.echo(_whereabouts(settings(), slugs, sign_in))


def _whereabouts(settings: Settings, slugs: Sequence[str], sign_in: Path) -> str:
    """Where form, desk, mail and health are, and how to sign in."""
    base = settings.base_url.rstrip("/")
    if settings.mail == "folder":
        mail = f"files in {settings.mail_folder.absolute()}/"
    else:
        mail = f"through {settings.smtp_host}" if settings.mail else "not set up: letters wait (TRACKER_MAIL)"
    account = sign_in.read_text().split() if sign_in.exists() else []
    lines = [("Form", f"{base}/s/{slug}/") for slug in slugs] + [("Desk", f"{base}/desk/")]
    lines += zip(("E-mail", "Password"), account, strict=False)
    team = sign_in.with_name(TEAM_FILE)
    lines += [("Team", f"made-up colleagues sign in as {team.absolute()} says")] if team.exists() else []
    lines += [("Mail", mail), ("Health", f"{base}/healthz"), ("Provider", _provider(settings))]
    return "\n".join(["", "Kigen (期限)", *(f"  {what:<9} {where}" for what, where in lines), ""])


def _provider(settings: Settings) -> str:
    """The name that stands on every page and letter, and how to change it."""
    if "provider" not in settings.model_fields_set:
        return "no name yet, and every page says so; write a line into .env: TRACKER_PROVIDER=株式会社…"
    return f"{settings.provider} (TRACKER_PROVIDER in .env)"


def _first_service(session: Session) -> None:
    made = add_service(session, "tsumugi", "つむぎ広場", "TH", date(2025, 7, 30), date(2025, 5, 1))
    keep_days(session, made)
    publish(
        session,
        made,
        title="投稿の削除などの基準",
        clauses=CLAUSES,
        published_at=datetime(2025, 7, 15, 9, tzinfo=JST).astimezone(UTC),
        actor=SYSTEM,
        at=now(),
        proof="見本の基準です。公表の証拠は付いていません。",
    )


def _first_account(session: Session, file: Path) -> None:
    """An account with a random password, kept in a file that only its owner can read, before the row exists."""
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    add_staff(session, EMAIL, "見本の担当者", Role.ADMINISTRATOR, password)
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(f"{EMAIL}\n{password}\n")
