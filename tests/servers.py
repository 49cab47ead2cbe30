"""A real PostgreSQL and a real Chroma server on this machine's loopback, which tests start, stop, freeze and kill."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg

PASSWORD = "ge heim/@:"
_SECONDS = 60  # for a server to start


def postgres_programs() -> Path | None:
    """Where initdb and postgres are: on the path, or where Debian puts them."""
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return places[-1] if places else None


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A program that serves at a port, and what it keeps in a folder of its own."""

    _killing = signal.SIGKILL

    def __init__(self, user: str | None = None) -> None:
        self.port, self._user = free_port(), user
        self.folder = Path(tempfile.mkdtemp(prefix="changji-server-"))
        self.log = self.folder.with_suffix(".log")
        if user:  # the tests' own folders are closed to others
            os.chown(self.folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)

    def _start(self, command: Sequence[object], answers: Callable[[], bool]) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(map(str, command)), cwd=self.folder, user=self._user, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        end = time.monotonic() + _SECONDS
        while not answers():
            assert self.process.poll() is None and time.monotonic() < end, self.log.read_text("utf-8", "replace")
            time.sleep(0.05)

    def signal(self, number: signal.Signals) -> None:
        """Tell the server and all its processes."""
        os.killpg(self.process.pid, number)

    def stop(self) -> None:
        """As if its machine had lost power, but for the disk."""
        if self.process.poll() is None:
            self.signal(self._killing)
            self.process.wait()

    def delete(self) -> None:
        """Stop it and delete what it kept."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.log.unlink(missing_ok=True)


class Postgres(Server):
    """PostgreSQL, whose user has a password that has to be written in an address with care."""

    _killing = signal.SIGQUIT  # ends all its processes at once, and leaves the rest to the next start

    def __init__(self) -> None:
        super().__init__("postgres" if os.geteuid() == 0 else None)
        self._programs, self._numbers = postgres_programs(), count()
        self._run("initdb", "-D", self.folder / "data", "-A", "trust", "-E", "UTF8", "--no-sync", "-U", "changji")
        (self.folder / "data/pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n", encoding="ascii")
        ask = f"ALTER USER changji PASSWORD '{PASSWORD}'\n"
        self._run("postgres", "--single", "-D", self.folder / "data", "postgres", said=ask)
        self.start()

    def _run(self, program: str, *arguments: object, said: str = "") -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        done = subprocess.run(command, cwd=self.folder, user=self._user, input=said, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Start it, for the first time or again; what killing it leaves doesn't matter."""
        (self.folder / "data/postmaster.pid").unlink(missing_ok=True)
        options = [f"-cport={self.port}", "-clisten_addresses=127.0.0.1", "-cunix_socket_directories=", "-cfsync=off"]
        self._start([self._programs / "postgres", "-D", self.folder / "data", *options], self._answers)

    def signal(self, number: signal.Signals) -> None:
        """Tell the server and all its processes, each of which leads a group of its own."""
        super().signal(number)  # first, so that it makes no more of them
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for child in children.read_text("ascii").split() if children.exists() else ():
            with suppress(ProcessLookupError):
                os.kill(int(child), number)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.address("postgres")).close()
            return True
        except psycopg.OperationalError:
            return False

    def address(self, name: str) -> str:
        """Of a database."""
        return f"postgresql://changji:ge%20heim%2F%40%3A@127.0.0.1:{self.port}/{name}"

    def database(self) -> str:
        """The address of a new one."""
        return self.address(self._made("DATABASE"))

    def schema(self) -> str:
        """The address of a new schema, which is made sooner."""
        return f"{self.address('postgres')}?options=-csearch_path%3D{self._made('SCHEMA')}"

    def _made(self, kind: str) -> str:
        name = f"library{next(self._numbers)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE {kind} {name}")
        return name


class Chroma(Server):
    """`chroma run`."""

    def __init__(self) -> None:
        super().__init__()
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Start it, for the first time or again."""
        program = Path(sys.executable).with_name("chroma")
        arguments = ["run", "--path", self.folder / "data", "--host", "127.0.0.1", "--port", self.port]
        self._start([program, *arguments], self._answers)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/api/v2/heartbeat", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False


@contextmanager
def frozen(server: Server) -> Iterator[None]:
    """The server takes what it is sent, and answers nothing."""
    server.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.signal(signal.SIGCONT)
