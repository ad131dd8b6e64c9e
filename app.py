"""The application for a web server (`gunicorn app:app`). `python app.py` runs everything on one machine."""

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from flask import Flask

HERE = Path(__file__).parent
PATIENCE = 20  # seconds in which a child may end what it is doing
PAUSE = 1.0  # seconds before a child that died is started again


def main() -> int:
    """Set up what is missing, say where everything is, and keep web and worker running until SIGTERM or SIGINT."""
    from tracker.cli.setting_up import write_keys
    from tracker.settings import Settings

    os.chdir(HERE)
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        return _fail(f"PORT must be a number from 1 to 65535, not {port!r}.")
    if not _free(host, int(port)):
        return _fail(f"Port {port} is in use. Stop what uses it, or choose another: PORT=8001 make run")
    demo = os.environ.get("DEMO") != "0"
    if write_keys(HERE / ".env", sample=demo):
        print("Wrote .env with fresh keys. Keep it: without TRACKER_MASTER_KEY nothing that is stored can be read.")
    if "base_url" not in Settings().model_fields_set:
        os.environ["TRACKER_BASE_URL"] = f"http://127.0.0.1:{port}"
    flask = [sys.executable, "-m", "flask", "--app", "app"]
    sys.stdout.flush()
    if subprocess.run(
        [*flask, "setup", "--demo" if demo else "--empty"], check=False
    ).returncode:  # says where everything is, and how to sign in
        return _fail("Kigen could not be set up; the reason stands above.")
    # No access log: the path of a status page is its secret.
    web = [sys.executable, "-m", "gunicorn", "app:app", "--bind", f"{host}:{port}", "--log-level", "warning"]
    web += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket"]
    return supervise({"web": web, "worker": [*flask, "worker"]})


def supervise(commands: dict[str, list[str]]) -> int:
    """Run the commands side by side, start again whichever dies, and stop all of them when asked to stop."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    children: dict[str, subprocess.Popen[bytes]] = {}
    while not stopping.is_set():
        for name, command in commands.items():
            child = children.get(name)
            if child and child.poll() is None:
                continue
            if child:
                print(f"{name} ended with code {child.returncode}; starting it again.", flush=True)
                if stopping.wait(PAUSE):
                    break
            # A session of its own: Ctrl-C reaches this process only, which then stops the others in good order.
            children[name] = subprocess.Popen(command, start_new_session=True)
            print(f"{name} runs as process {children[name].pid}.", flush=True)
        stopping.wait(0.5)
    for child in children.values():
        child.terminate()
    deadline = time.monotonic() + PATIENCE
    for name, child in children.items():
        try:
            child.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            print(f"{name} does not end; killing it.", flush=True)
            child.kill()
            child.wait()
    print("Kigen has stopped.", flush=True)
    return 0


def _free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _application() -> Flask:
    gc.disable()  # nothing of a module becomes garbage: looking for it takes a seventh of the start of each command
    try:
        from tracker import create_app

        return create_app()
    finally:
        gc.enable()


if __name__ == "__main__":
    sys.exit(main())

app = _application()
