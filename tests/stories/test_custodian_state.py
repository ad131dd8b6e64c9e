"""The nightly state of a custodian that is a process of its own, at Kigen's door and at the conformance check's."""

import os
import socket
import subprocess
import sys
from datetime import timedelta
from threading import Thread
from time import sleep

import pytest
from sqlmodel import select
from werkzeug.serving import make_server

from tests import make
from tests.conftest import make_settings, open_database
from tests.sample_custodian import HOUSE, sample_custodian
from tracker import create_app
from tracker.casework import orders
from tracker.casework.custody import reach
from tracker.jobs.custody import carry_orders
from tracker.letters.webhook import new_secret
from tracker.models import Adapter, Reconciliation
from tracker.now import now

AT = make.instant("2026-05-07T10:00:00+09:00")
NIGHT = make.instant("2026-05-08T03:10:00+09:00")


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def settings(tmp_path, migrated):
    (tmp_path / "kigen.db").write_bytes(migrated.read_bytes())
    return make_settings(tmp_path, webhook_local=True)


def test_a_custodian_pushes_each_night_what_it_keeps_and_kigen_compares(settings, tmp_path, freezer):
    freezer.move_to(NIGHT)
    database, port = open_database(settings), free_port()
    at = AT
    with database.writing() as session:
        service, staff = make.make_service(session), make.make_staff(session)
        make.make_notice(session, service, (at - timedelta(days=1)).isoformat(), items=1)
        custodian = make.make_custodian(session, service)
        secret = reach.connect(session, custodian, Adapter.WEBHOOK, f"http://127.0.0.1:{port}/orders")
        orders.place(session, custodian, [hold.id for hold in make.session_holds(session)], by=staff.id, at=at)
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with sample_custodian(tmp_path / "custodian", secret) as sample:
            sample.port = port
            sample.accounts.write_text("@kaze_2198 https://tsumugi.example/p/1 10\n")
            sample.now(at)
            sample.start()
            carry_orders(database, lambda: at)
            sample.stop()
            sample.now(NIGHT)
            sample.start("--state-to", f"http://127.0.0.1:{server.server_port}/custodian/state")
            rows = []
            for _try in range(75):
                sleep(0.2)
                with database.reading() as session:
                    rows = session.exec(select(Reconciliation)).all()
                if rows:
                    break
            [row] = rows
            assert (row.compared, row.missing, row.overkept, row.unknown) == (1, [], [], 0)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["database"].dispose()
        database.dispose()


def test_the_conformance_check_reads_the_state(tmp_path):
    door, office = free_port(), free_port()
    secret = new_secret()
    with sample_custodian(tmp_path, secret) as sample:
        sample.port = door
        sample.now(now().replace(hour=20))  # in Japan, five in the morning
        sample.start("--state-to", f"http://127.0.0.1:{office}/custodian/state")
        command = [
            sys.executable, "examples/log_custodian/conformance.py", f"http://127.0.0.1:{door}/orders", "--account",
            "@kaze_2198", "--url", "https://tsumugi.example/p/1", "--state-port", str(office), "--state-seconds", "20",
        ]  # fmt: skip
        environment = os.environ | {"LOG_CUSTODIAN_SECRET": secret}
        done = subprocess.run(
            command, cwd=HOUSE, env=environment, capture_output=True, text=True, check=False, timeout=90
        )
    assert "ok  the state that is pushed is signed and of the contract" in done.stdout
