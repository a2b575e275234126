import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis import Redis

from service.kit import account, embedded
from service.kit.folder import hold
from service.kit.processes import CannotRun


def sql(servers: embedded.Servers, statement: str) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(servers.database_url)
        try:
            for part in statement.split(";"):
                answer = await connection.fetchval(part)
            return answer
        finally:
            await connection.close()

    return asyncio.run(ask())


def working_in(folder: Path) -> list[int]:
    return [p.pid for p in psutil.process_iter(["cwd"]) if (p.info["cwd"] or "").startswith(str(folder))]


def permissions(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_both_servers_answer_and_keep_what_was_written_until_the_next_start(tmp_path: Path) -> None:
    with embedded.servers(tmp_path, durable=True) as servers:
        sql(servers, "CREATE TABLE wall (sign text); INSERT INTO wall VALUES ('100x')")
        assert Redis.from_url(servers.broker_url).ping()
    with embedded.servers(tmp_path, durable=True) as servers:
        assert sql(servers, "SELECT sign FROM wall") == "100x"
    assert working_in(tmp_path) == []


def test_the_servers_listen_on_no_network_and_let_nobody_else_in(tmp_path: Path) -> None:
    with embedded.servers(tmp_path, durable=False) as servers:
        for server in (servers.postgres, servers.valkey):
            assert server.process is not None
            assert psutil.Process(server.process.pid).net_connections("inet") == []
        for private in ("postgres", "valkey", "run", "log"):
            assert permissions(tmp_path / private) == 0o700
        assert permissions(tmp_path / "run" / ".s.PGSQL.5432") == 0o700
        assert permissions(tmp_path / "run" / "valkey.sock") == 0o700


def test_the_product_is_no_superuser_of_its_database(tmp_path: Path) -> None:
    with embedded.servers(tmp_path, durable=True) as servers:
        rights = "rolsuper OR rolcreatedb OR rolcreaterole"
        assert sql(servers, f"SELECT {rights} FROM pg_roles WHERE rolname = current_user") is False
        assert sql(servers, "SHOW fsync") == sql(servers, "SHOW synchronous_commit") == "on"


def test_an_address_in_a_failing_statement_reaches_no_log(tmp_path: Path) -> None:
    with embedded.servers(tmp_path, durable=False) as servers:
        sql(servers, "CREATE TABLE person (address text PRIMARY KEY); INSERT INTO person VALUES ('anna@example.org')")
        for statement in ("INSERT INTO person VALUES ('anna@example.org')", "SELECT 'anna@example.org'::int"):
            with pytest.raises(asyncpg.PostgresError, match=r"."):
                sql(servers, statement)
        written = b"".join(log.read_bytes() for log in (tmp_path / "log").iterdir())
    assert b"ready to accept connections" in written
    assert b"anna@example.org" not in written


def test_a_second_start_on_the_same_folder_is_refused_with_one_sentence(tmp_path: Path) -> None:
    with (
        embedded.servers(tmp_path, durable=False),
        pytest.raises(CannotRun, match=r"already runs on .*; stop it first"),
        embedded.servers(tmp_path, durable=False),
    ):
        pytest.fail("two supervisors on one folder")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(CannotRun, match=r"The folder .*/file/var cannot be written to: Not a directory"),
        embedded.servers(tmp_path / "file" / "var", durable=False),
    ):
        pytest.fail("a folder inside a file")


def test_a_cluster_half_made_when_the_power_went_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18")
    with embedded.servers(tmp_path, durable=False) as servers:
        assert sql(servers, "SELECT 1") == 1


def test_a_path_too_long_for_a_socket_gets_a_short_private_one_which_is_remembered(tmp_path: Path) -> None:
    var = tmp_path / ("a long name " * 9)
    seen = []
    for _ in range(2):
        with embedded.servers(var, durable=False) as servers:
            assert sql(servers, "SELECT 1") == 1
            assert Redis.from_url(servers.broker_url).ping()
            seen.append(servers.database_url)
    short = Path((var / "sockets-are-in").read_text())
    assert seen[0] == seen[1]
    assert permissions(short) == 0o700
    short.rmdir()


def test_killed_servers_come_back_and_postgres_has_lost_nothing(tmp_path: Path) -> None:
    with embedded.servers(tmp_path, durable=True) as servers:
        sql(servers, "CREATE TABLE delivery (id int); INSERT INTO delivery SELECT generate_series(1, 1000)")
        Redis.from_url(servers.broker_url).set("job", 1)
        servers.postgres.kill()
        servers.valkey.kill()
        assert not servers.postgres.running
        servers.start()
        assert sql(servers, "SELECT count(*) FROM delivery") == 1000
        assert Redis.from_url(servers.broker_url).get("job") is None


SUPERVISOR = """
import sys, time
from pathlib import Path
from service.kit import embedded
with embedded.servers(Path(sys.argv[1]), durable=True):
    print("up", flush=True)
    time.sleep(600)
"""


def test_servers_do_not_outlive_a_killed_supervisor_and_start_again(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SUPERVISOR, tmp_path], stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == b"up\n"
        supervisor.kill()
    deadline = time.monotonic() + 10
    while working_in(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert working_in(tmp_path) == []
    with embedded.servers(tmp_path, durable=True) as servers:
        assert sql(servers, "SELECT 1") == 1


def test_a_server_left_behind_is_ended_before_the_next_starts(tmp_path: Path) -> None:
    with hold(tmp_path):
        orphan = embedded.prepare(tmp_path, durable=False)
        orphan.start()
    left = set(working_in(tmp_path))
    with embedded.servers(tmp_path, durable=False) as servers:
        assert sql(servers, "SELECT 1") == 1
        assert left
        assert not left & set(working_in(tmp_path))
    orphan.stop()


def test_a_stale_pid_file_naming_another_process_does_not_stop_the_start(tmp_path: Path) -> None:
    with embedded.servers(tmp_path, durable=False):
        alive = (tmp_path / "postgres" / "postmaster.pid").read_text().splitlines()
    stale = tmp_path / "postgres" / "postmaster.pid"
    stale.write_text("\n".join([str(os.getpid()), *alive[1:]]) + "\n")
    with embedded.servers(tmp_path, durable=False) as servers:
        assert sql(servers, "SELECT 1") == 1


def test_a_damaged_cluster_is_reported_with_its_log(tmp_path: Path) -> None:
    with embedded.servers(tmp_path, durable=False):
        pass
    (tmp_path / "postgres" / "global" / "pg_control").unlink()
    with (
        pytest.raises(CannotRun, match=r"PostgreSQL did not start: .*postgres\.log says why"),
        embedded.servers(tmp_path, durable=False),
    ):
        pytest.fail("a cluster without its control file")
    assert working_in(tmp_path) == []


def test_folders_above_are_opened_for_passing_through_only(tmp_path: Path) -> None:
    home = tmp_path / "root"
    home.mkdir(mode=0o700)
    (home / "data").mkdir(mode=0o700)
    account.let_through(home / "data")
    assert permissions(home) == 0o701
    assert permissions(home / "data") == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its servers to another account")
def test_as_root_the_servers_run_under_an_account_without_rights(tmp_path: Path) -> None:
    with embedded.servers(tmp_path, durable=False) as servers:
        assert servers.postgres.process is not None
        postgres = psutil.Process(servers.postgres.process.pid)
        assert postgres.username() == account.NAME
        assert postgres.uids().effective == (tmp_path / "postgres").stat().st_uid
        assert "HUNDREDFOLD_SECRET" not in postgres.environ()
    assert signal.SIGINT is servers.postgres.farewell
