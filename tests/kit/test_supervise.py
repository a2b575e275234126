import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from service.kit import folder, processes, supervise
from service.kit.processes import CannotRun
from service.kit.supervise import Child, Crew

ENV = dict(os.environ)
SLEEPER = "import time; time.sleep(60)"


def child(tmp_path: Path, code: str, name: str = "The worker") -> Child:
    return Child(name, [sys.executable, "-c", code], ENV, tmp_path / "worker.log")


def until(condition: object) -> None:
    deadline = time.monotonic() + 10
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_worker_that_ends_is_named_with_its_log_and_started_again_after_a_pause(tmp_path: Path) -> None:
    said: list[str] = []
    crew, worker = Crew(said.append), child(tmp_path, SLEEPER)
    crew.start(worker)
    assert worker.process is not None
    first = worker.process
    first.kill()
    first.wait()
    crew.look_round(now=100)
    assert said == [f"The worker ended by itself and is started again: {worker.log} says why."]
    crew.look_round(now=100.4)
    assert not worker.running
    crew.look_round(now=100.5)
    assert worker.running
    assert worker.process.pid != first.pid
    crew.stop()


def test_one_that_ends_five_times_within_a_minute_stops_everything(tmp_path: Path) -> None:
    crew, web = Crew(lambda _sentence: None), child(tmp_path, "raise SystemExit(3)", "The web process")
    crew.start(web)
    with pytest.raises(CannotRun, match=r"The web process ended 5 times within a minute: .*worker\.log says why"):
        for second in range(60):
            assert web.process is not None
            web.process.wait()
            crew.look_round(now=second)
    assert second < 20


def test_four_deaths_in_a_minute_are_forgiven_when_the_fifth_comes_later(tmp_path: Path) -> None:
    said: list[str] = []
    crew, web = Crew(said.append), child(tmp_path, "raise SystemExit(3)")
    crew.start(web)
    for second in range(0, 600, 10):
        assert web.process is not None
        web.process.wait()
        crew.look_round(now=second)
    assert len(said) == 30
    crew.stop()


def test_parts_stop_in_the_reverse_order_of_their_start(tmp_path: Path) -> None:
    stopped = tmp_path / "stopped"
    crew = Crew(print)
    for name in ("database", "worker", "clock"):
        code = (
            "import signal, sys, time\n"
            f"def leave(*_): open({str(stopped)!r}, 'a').write('{name} '); sys.exit(0)\n"
            f"signal.signal(signal.SIGTERM, leave); open({str(tmp_path / name)!r}, 'w'); time.sleep(60)"
        )
        crew.start(child(tmp_path, code, name))
        until((tmp_path / name).exists)
    crew.stop()
    assert stopped.read_text() == "clock worker database "


def test_a_child_that_will_not_end_is_killed_with_what_it_started(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(note)!r}, 'w').write(str(grandchild.pid)); time.sleep(60)"
    )
    process = processes.spawn([sys.executable, "-c", code], log=tmp_path / "log", env=ENV)
    until(lambda: note.exists() and note.read_text())
    assert processes.stop(process, ask=signal.SIGTERM, patience=0.1) == -signal.SIGKILL
    until(lambda: not alive(int(note.read_text())))


def alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_a_child_that_dies_while_starting_is_told_at_once(tmp_path: Path) -> None:
    crew = Crew(print)
    crew.start(child(tmp_path, "raise SystemExit(3)", "The clock"))
    with pytest.raises(CannotRun, match=r"The clock ended at once: .*worker\.log says why"):
        crew.wait_for("127.0.0.1", free_port(), "/health/ready", called="localhost")


def test_a_site_that_never_gets_ready_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    crew = Crew(print)
    crew.start(child(tmp_path, SLEEPER))
    with pytest.raises(CannotRun, match=r"not ready within 0 seconds; the logs are in"):
        crew.wait_for("127.0.0.1", free_port(), "/health/ready", called="localhost", patience=0.1)
    crew.stop()


def test_the_site_is_asked_by_its_own_name(tmp_path: Path) -> None:
    asked: list[str] = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.headers['Host']}{self.path}")
            self.send_response(200 if len(asked) > 1 else 503)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        Crew(print).wait_for("127.0.0.1", server.server_port, "/health/ready", called="news.example.org")
        server.shutdown()
    assert asked == ["news.example.org/health/ready"] * 2


def test_a_command_that_fails_is_told_with_its_log(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=r"Migrating failed: .*migrate\.log says why"):
        supervise.run_to_end(
            "Migrating", [sys.executable, "-c", "raise SystemExit(1)"], env=ENV, log=tmp_path / "migrate.log"
        )


def test_a_full_disk_is_called_a_full_disk(tmp_path: Path) -> None:
    code = "raise OSError(28, 'No space left on device')"
    with pytest.raises(CannotRun, match=r"Migrating failed: the disk that holds .* is full\."):
        supervise.run_to_end("Migrating", [sys.executable, "-c", code], env=ENV, log=tmp_path / "migrate.log")


def test_too_little_room_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=r"Only \d+ MB are free on the disk that holds .*, and 1000000000000 MB"):
        folder.require_room(tmp_path, needed=10**18)
    folder.require_room(tmp_path, needed=1)


def test_a_disk_that_fills_up_is_told_once_each_time(tmp_path: Path) -> None:
    said: list[str] = []
    crew = Crew(said.append)
    for megabytes in (900, 150, 140, 900, 90):
        crew.look_at_room(tmp_path, megabytes * 1_000_000)
    assert [sentence.split(";")[0] for sentence in said] == [
        f"Only 150 MB are left on the disk that holds {tmp_path}",
        f"Only 90 MB are left on the disk that holds {tmp_path}",
    ]


def test_a_taken_port_is_refused_with_another_one_to_try() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(CannotRun, match=r"Port \d+ is taken by another program; .* make run PORT=\d+"),
    ):
        supervise.require_port("127.0.0.1", taken.getsockname()[1])


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(CannotRun, match=r"Port 8000 cannot be used \(Cannot assign requested address\)"):
        supervise.require_port("192.0.2.1", 8000)


def test_the_secret_is_made_once_and_private(tmp_path: Path) -> None:
    secret = folder.own_secret(tmp_path)
    assert len(secret) == 64
    assert folder.own_secret(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_lost_secret_is_never_replaced_behind_the_data_it_sealed(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    with pytest.raises(CannotRun, match=r"secret is missing, .* put it back from your backup"):
        folder.own_secret(tmp_path)
    assert not (tmp_path / "secret").exists()


def test_a_log_that_has_grown_is_set_aside_at_the_next_start(tmp_path: Path) -> None:
    log = tmp_path / "log" / "web.log"
    with processes.open_log(log) as file:
        file.write(b"old")
    with log.open("ab") as file:
        file.truncate(processes.LOG_LIMIT + 1)
    with processes.open_log(log) as file:
        file.write(b"new")
    assert log.read_bytes() == b"new"
    assert log.with_name("web.log.1").read_bytes().startswith(b"old")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_the_first_signal_leads_out_and_a_second_disturbs_nothing() -> None:
    code = (
        "import os, signal\n"
        "from service.kit.supervise import until_interrupted\n"
        "with until_interrupted():\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "    finally:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        print('stopped in order')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "stopped in order\n", "")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
