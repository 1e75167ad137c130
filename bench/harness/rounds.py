"""Rounds: every subject once per round, in an order that moves on, so that a machine that is busy for
a while is busy for all of them.

Wall time is measured around the process, processor time is what the system accounted to it and its
children. Peak memory comes from a run of its own under GNU time: a process started from here would
begin with this program's memory on its account (Linux keeps the peak across exec).
"""

import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass, field


@dataclass
class Subject:
    """A command that is measured, and how it is called in the tables."""

    name: str
    command: list[str]
    environment: dict[str, str]
    note: str = ""


@dataclass
class Result:
    """What the rounds of one subject showed. Times in milliseconds, memory in MiB."""

    subject: Subject
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: float = 0.0
    requests: int | None = None

    def wall_median(self) -> float:
        return statistics.median(self.wall)

    def cpu_median(self) -> float:
        return statistics.median(self.cpu)


class Failed(Exception):
    """A subject does not do what it is measured for."""


def measure(subjects: list[Subject], rounds: int) -> list[Result]:
    """Runs all subjects `rounds` times, after one run of each that is not counted."""
    results = [Result(subject) for subject in subjects]
    for subject in subjects:
        check(subject)
    for number in range(rounds):
        shift = number % len(results)
        for result in results[shift:] + results[:shift]:
            wall, cpu = run(result.subject)
            result.wall.append(wall)
            result.cpu.append(cpu)
    for result in results:
        result.memory = peak(result.subject)
    return results


def check(subject: Subject) -> None:
    """The run that warms up; it also shows whether the subject works at all."""
    done = subprocess.run(
        subject.command, env=subject.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    if done.returncode != 0 or not done.stdout.strip():
        raise Failed(f"{subject.name}: exit {done.returncode}\n{done.stderr.decode()}")


def run(subject: Subject) -> tuple[float, float]:
    """One run: wall and processor time."""
    silence = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    command = subject.command
    begun = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, subject.environment, file_actions=silence)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - begun
    if os.waitstatus_to_exitcode(status) != 0:
        raise Failed(f"{subject.name}: exit {os.waitstatus_to_exitcode(status)}")
    return wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000


def peak(subject: Subject) -> float:
    """The largest of the memory peaks of a run's processes."""
    with tempfile.NamedTemporaryFile("r") as report:
        timed = ["/usr/bin/time", "--format=%M", f"--output={report.name}", *subject.command]
        subprocess.run(timed, env=subject.environment, stdout=subprocess.DEVNULL, check=True)
        return int(report.read().split()[-1]) / 1024
