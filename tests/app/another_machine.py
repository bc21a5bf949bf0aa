"""Other machines to measure on: this one by a real ssh, and programs that behave as one that something is wrong with."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import vmapviz

HERE = str(Path(vmapviz.__file__).parents[1])
FETCHED = Path(__file__).parents[2] / ".venv" / "openssh" / "bin"
"""Where `make test` puts these programs on a machine without them (.ci/openssh)."""


OLDER = """
import sys, msgspec
if {strict!r} and "--nice" in sys.argv:
    sys.exit("vmapviz.engine.worker: error: unrecognized arguments: --nice 0")
ready = dict(type="Ready", jax="0.8", python="3.11", backend="cpu", devices=["cpu:0"], x64=False, cores=2, machine="m", version="0.0.9")
body = msgspec.msgpack.encode(ready)
sys.stdout.buffer.write(b"vmv1" + len(body).to_bytes(4, "big") + body)
sys.stdout.buffer.flush()
sys.stdin.read()
"""
"""A worker of an older vmapviz; a strict one does not know our options either."""


def found(program: str) -> str | None:
    """Where one of OpenSSH's programs is."""
    places = (os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", str(FETCHED))
    return shutil.which(program, path=os.pathsep.join(places))


SSH, SSHD, SSH_KEYGEN = found("ssh"), found("sshd"), found("ssh-keygen")


def bash(script: str) -> str:
    """A command that runs a script of bash, to which the worker's own command is "$@"."""
    return shlex.join(["bash", "-c", script, "bash", sys.executable])


def descendants(process: int) -> list[int]:
    """The processes below one, on Linux."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return []
    return [found for child in map(int, children) for found in (child, *descendants(child))]


def is_running(process: int) -> bool:
    """Whether a process has not ended, on Linux; one that ended may keep its number until somebody asks how."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Sshd:
    """A real ssh server on loopback, with keys of its own; `where` runs this Python through it."""

    def __init__(self, folder: Path) -> None:
        assert SSHD
        assert SSH_KEYGEN
        self._folder = folder
        for name in ("host", "user", "other"):
            subprocess.run([SSH_KEYGEN, "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
        if os.geteuid() == 0:
            with suppress(OSError):
                Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # as its service does; gone with the next start
        self._log = folder / "log"
        self.port = 0
        for _ in range(5):
            self._start(SSHD)
            if self._listens():
                break

    def _start(self, program: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._write_files()
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [program, "-D", "-e", "-f", str(self._folder / "config")], stdout=log, stderr=log
            )

    def _listens(self) -> bool:
        """Wait until it does; false where it ended, as when another process was faster with the port."""
        for _ in range(1200):
            if "Server listening" in self.said():
                return True
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)
                return False
        return False

    def _write_files(self) -> None:
        for name, key in {"known": "host", "changed": "other"}.items():
            text = " ".join((self._folder / f"{key}.pub").read_text().split()[:2])
            (self._folder / name).write_text(f"[127.0.0.1]:{self.port} {text}\n")
        (self._folder / "unknown").write_text("")
        settings = {
            "Port": self.port,
            "ListenAddress": "127.0.0.1",
            "HostKey": f'"{self._folder / "host"}"',
            "AuthorizedKeysFile": f'"{self._folder / "user.pub"}"',
            "PidFile": "none",
            "StrictModes": "no",
            "UsePAM": "no",
            "PasswordAuthentication": "no",
            "PermitRootLogin": "yes",
            "SetEnv": f'"PYTHONPATH={HERE}" JAX_PLATFORMS=cpu',
        }
        (self._folder / "config").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))

    def where(self, *command: str, known: str = "known", key: str = "user") -> str:
        """The command that runs one there, this Python unless told; `known` and `key`: files of its keys, and of mine."""
        options = [
            f'UserKnownHostsFile="{self._folder / known}"',
            "StrictHostKeyChecking=ask",
            "GlobalKnownHostsFile=none",
            "IdentitiesOnly=yes",
        ]
        given = [word for option in options for word in ("-o", option)]
        way = [str(SSH), "-F", "none", "-p", str(self.port), "-i", str(self._folder / key), *given, "127.0.0.1"]
        return shlex.join([*way, shlex.join(command or (sys.executable,))])

    def said(self) -> str:
        """What it complained of so far."""
        return self._log.read_text(errors="replace")

    def problem(self) -> str:
        """Why nobody can log in here, which is for the machine to mend; "" where it works."""
        if self.process.poll() is not None:
            return self.said() or "sshd ended"
        try:
            tried = subprocess.run(shlex.split(self.where("true")), capture_output=True, text=True, timeout=60)
        except subprocess.TimeoutExpired as error:
            return str(error)
        return (tried.stderr or f"exit code {tried.returncode}") if tried.returncode else ""

    def hang_up(self) -> None:
        """End all connections, as a network that is gone does."""
        for child in descendants(self.process.pid):
            with suppress(FileNotFoundError, ProcessLookupError):
                if "sshd" in Path(f"/proc/{child}/comm").read_text():
                    os.kill(child, signal.SIGKILL)

    def close(self) -> None:
        """End it, and what still runs through it."""
        if sys.platform == "linux":
            self.hang_up()
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """A real ssh server on loopback; without one on this machine the test is skipped."""
    if sys.platform == "win32" or not (SSH and SSHD and SSH_KEYGEN):
        pytest.skip("no sshd on this machine (Debian: openssh-server)")
    server = Sshd(tmp_path_factory.mktemp("sshd"))
    try:
        if problem := server.problem():
            pytest.skip(f"nobody can log in by ssh on this machine: {problem.strip()}")
        yield server
    finally:
        server.close()
