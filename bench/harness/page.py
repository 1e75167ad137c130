"""The results as a page of docs/: a table for each scenario, and one chart."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from .rounds import Result


@dataclass
class Measured:
    """A scenario and what came of it. The first result is what the others are compared with."""

    title: str
    about: str
    results: list[Result]


def table(measured: Measured) -> str:
    """Markdown: wall, ratio, processor time, memory, requests."""
    base = measured.results[0]
    lines = [
        f"## {measured.title}",
        measured.about,
        "",
        "| | wall | beside " + base.subject.name + " | processor | peak memory | requests |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for result in measured.results:
        wall, reference = result.wall_median(), base.wall_median()
        beside = "" if result is base else f"{wall - reference:+.1f} ms, {wall / reference:.2f} times"
        requests = "" if result.requests is None else str(result.requests)
        lines.append(
            f"| {result.subject.name.replace('|', '&#124;')} | {wall:.1f} ms | {beside} "
            f"| {result.cpu_median():.1f} ms | {result.memory:.1f} MiB | {requests} |"
        )
    return "\n".join(lines)


def machine() -> str:
    """Where it was measured."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"


HEAD = """\
<!-- Written by bench/run. -->
# Measured side by side

`bench/run` starts every program once per round, in an order that moves on, on the same machine and
the same cloud. Machines differ and are busy with other things: the ratios are what counts. Wall and
processor time are medians; peak memory is that of the largest process, of one run of its own;
requests are counted by a proxy between client and cloud, in yet another run.

![The times as bars](benchmarks.svg)
"""


def write(folder: Path, measured: list[Measured], rounds: int, day: str) -> None:
    """Writes benchmarks.md and benchmarks.svg."""
    about = f"{day}; {machine()}; {rounds} rounds."
    text = "\n".join([HEAD, about, ""] + [table(each) + "\n" for each in measured])
    (folder / "benchmarks.md").write_text(text)
    (folder / "benchmarks.svg").write_text(chart(measured))


LEFT, WIDTH, BAR, GAP = 300, 420, 16, 6


def chart(measured: list[Measured]) -> str:
    """Bars, each scenario on a scale of its own; the dark part is processor time."""
    parts, y = [], 10
    for each in measured:
        y += 22
        parts.append(f'<text class="title" x="10" y="{y}">{escape(each.title)}</text>')
        y += 8
        longest = max(result.wall_median() for result in each.results)
        for result in each.results:
            parts.append(bar(result, y, WIDTH / longest))
            y += BAR + GAP
    size = f'width="{LEFT + WIDTH + 90}" height="{y + 10}"'
    style = (
        "<style>text{font:13px sans-serif;fill:#222}.title{font-weight:bold}"
        ".name{text-anchor:end}.ik{fill:#2a6fdb}.ik.cpu{fill:#123f85}"
        ".other{fill:#b9b9b9}.other.cpu{fill:#7a7a7a}</style>"
    )
    back = '<rect width="100%" height="100%" fill="#fff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{style}{back}\n' + "\n".join(parts) + "\n</svg>\n"


def bar(result: Result, y: int, scale: float) -> str:
    kind = "ik" if result.subject.name.startswith("ik") else "other"
    wall, cpu = result.wall_median(), min(result.cpu_median(), result.wall_median())
    base = y + BAR - 4
    return (
        f'<text class="name" x="{LEFT - 8}" y="{base}">{escape(result.subject.name)}</text>'
        f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{max(wall * scale, 1):.1f}" height="{BAR}"/>'
        f'<rect class="{kind} cpu" x="{LEFT}" y="{y}" width="{cpu * scale:.1f}" height="{BAR}"/>'
        f'<text x="{LEFT + wall * scale + 6:.1f}" y="{base}">{wall:.1f} ms</text>'
    )
