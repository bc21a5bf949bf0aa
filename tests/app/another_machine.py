"""Other machines to measure on: this one by a real ssh, and programs that behave as one that something is wrong with."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import vmapviz

HERE = str(Path(vmapviz.__file__).parents[1])
SSHD = shutil.which("sshd", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin")))


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


def bash(script: str) -> str:
    """A command that runs a script of bash, to which the worker's own command is "$@"."""
    return shlex.join(["bash", "-c", script, "bash", sys.executable])


def descendants(process: int) -> list[int]:
    """The processes below one, on Linux."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [found for child in map(int, children) for found in (child, *descendants(child))]


class Sshd:
    """A real ssh server on loopback, with keys of its own; `where` runs this Python through it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._write_files()
        assert SSHD is not None
        command = [SSHD, "-D", "-e", "-f", str(folder / "config")]
        self._log = (folder / "log").open("wb")
        self.process = subprocess.Popen(command, stdout=self._log, stderr=self._log)

    def _write_files(self) -> None:
        host = " ".join((self._folder / "host.pub").read_text().split()[:2])
        (self._folder / "known").write_text(f"[127.0.0.1]:{self.port} {host}\n")
        (self._folder / "unknown").write_text("")
        settings = {
            "Port": self.port,
            "ListenAddress": "127.0.0.1",
            "HostKey": self._folder / "host",
            "AuthorizedKeysFile": self._folder / "user.pub",
            "PidFile": "none",
            "StrictModes": "no",
            "UsePAM": "no",
            "PasswordAuthentication": "no",
            "PermitRootLogin": "yes",
            "SetEnv": f"PYTHONPATH={HERE} JAX_PLATFORMS=cpu",
        }
        (self._folder / "config").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))

    def where(self, python: str = sys.executable, known: str = "known") -> str:
        """The command that runs a Python there."""
        options = [
            f"UserKnownHostsFile={self._folder / known}",
            "StrictHostKeyChecking=ask",
            "GlobalKnownHostsFile=none",
        ]
        given = [word for option in options for word in ("-o", option)]
        return shlex.join(
            ["ssh", "-F", "none", "-p", str(self.port), "-i", str(self._folder / "user"), *given, "127.0.0.1", python]
        )

    def is_up(self) -> bool:
        """Whether it listens."""
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def hang_up(self) -> None:
        """End all connections, as a network that is gone does."""
        for child in descendants(self.process.pid):
            if Path(f"/proc/{child}/comm").exists() and "sshd" in Path(f"/proc/{child}/comm").read_text():
                os.kill(child, 9)

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        self._log.close()


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """A real ssh server on loopback; without one on this machine the test is skipped."""
    if SSHD is None or shutil.which("ssh") is None:
        pytest.skip("no sshd is installed on this machine (Debian: openssh-server)")
    server = Sshd(tmp_path_factory.mktemp("sshd"))
    yield server
    server.close()
