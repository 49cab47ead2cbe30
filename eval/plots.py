"""The report's plots as inline SVG: rates with intervals, the refusal curve, retrieval by depth, a histogram of times.

Every function takes plain numbers and gives one `<svg>`; colours are CSS variables of the page around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 520, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 16, 12, 40  # margins of the plots with axes
_LABELS = 168  # width of a bar's label
_ROW = 26
_BINS = 24

Point = tuple[float, float]


@dataclass(frozen=True)
class Bar:
    """One rate, 0 to 1, with its interval."""

    label: str
    rate: float
    low: float
    high: float
    count: int
    opens: bool = False  # a new group: a little space before it


def bars(rows: Sequence[Bar], told: str = "Rates with 95 % intervals") -> Markup:
    """Rates as horizontal bars with their intervals as whiskers; `told` says so to who doesn't see them."""
    y, parts = 4, []
    width = _WIDTH - _LABELS - 124
    for row in rows:
        y += 12 if row.opens else 0
        middle, x = y + _ROW / 2, lambda rate: _LABELS + width * rate
        parts += [
            _text(_LABELS - 10, middle + 4, _shortened(row.label), "end", title=f"{row.label}, n = {row.count}"),
            Markup('<rect x="{}" y="{:.1f}" width="{}" height="10" class="track"/>').format(_LABELS, middle - 5, width),
            Markup('<rect x="{}" y="{:.1f}" width="{:.1f}" height="10" class="bar"/>').format(
                _LABELS, middle - 5, width * row.rate
            ),
            _line((x(row.low), middle), (x(row.high), middle), "whisker"),
            *(_line((x(end), middle - 4), (x(end), middle + 4), "whisker") for end in (row.low, row.high)),
            _text(_WIDTH - 116, middle + 4, f"{100 * row.rate:.0f} %", "start", "value"),
            _text(_WIDTH - 2, middle + 4, f"n = {row.count}", "end", "soft"),
        ]
        y += _ROW
    return _svg(parts, y + 4, told)


def refusal(points: Sequence[Sequence[float | None]], now: Point) -> Markup:
    """False answers over false refusals as the confidence to answer at rises, and where the run was (`now`)."""
    curve = [(float(x or 0), float(y or 0)) for _, x, y in points]
    corner = [stair for a, b in pairwise(curve) for stair in (a, (b[0], a[1]))]
    parts = [
        *_grid(
            "questions refused that have an answer",
            "answered that have none",
            [(f / 4, f"{25 * f} %") for f in range(5)],
        ),
        _path([*corner, curve[-1]], "curve"),
        Markup('<circle cx="{:.1f}" cy="{:.1f}" r="5" class="now"/>').format(*_at(*now)),
        _text(_at(*now)[0] + 10, _at(*now)[1] - 8, "this run", "start", "now-label"),
    ]
    return _svg(parts, _HEIGHT, "Refusal curve")


def depth(series: Mapping[str, Sequence[Sequence[float]]]) -> Markup:
    """Shares by the number of results looked at: name → [[k, share], …], all of the same depths."""
    depths = [k for k, _ in next(iter(series.values()))]
    places = {k: (n / (len(depths) - 1) if len(depths) > 1 else 0.5) * 0.72 for n, k in enumerate(depths)}
    parts = [*_grid("results looked at", "", [(places[k], f"{k:g}") for k in depths])]
    ends = []
    for number, (name, points) in enumerate(series.items()):
        parts.append(_path([(places[k], share) for k, share in points], f"curve line-{number}"))
        ends.append((_at(0, points[-1][1])[1], number, name))
    x, below = _at(0.72, 0)[0] + 8, -100.0
    for y, number, name in sorted(ends):
        below = max(y, below + 15)
        parts.append(_text(x, below + 4, name, "start", f"text-{number}"))
    return _svg(parts, _HEIGHT, "Retrieval by depth")


def histogram(milliseconds: Sequence[float], marked: Mapping[str, float]) -> Markup:
    """How many answers took how long, on a logarithmic axis; `marked` are percentiles by name."""
    values = np.maximum(np.asarray(milliseconds, dtype=float), 0.1)
    low, high = np.log10(values.min()) - 0.05, np.log10(values.max()) + 0.05
    counts, edges = np.histogram(np.log10(values), bins=_BINS, range=(low, high))
    steps = (1, 2, 5) if high - low < 2 else (1,)  # more would run into each other
    ticks = [step * 10**power for power in range(-1, 7) for step in steps]
    shown = [((np.log10(t) - low) / (high - low), f"{t:g} ms") for t in ticks if low <= np.log10(t) <= high]
    parts = [*_grid("until the answer was there", "", shown, rates=False)]
    for count, (start, end) in zip(counts, pairwise(edges), strict=True):
        (x0, y0), (x1, _) = (
            _at((start - low) / (high - low), count / counts.max() * 0.9),
            _at((end - low) / (high - low), 0),
        )
        height = _at(0, 0)[1] - y0
        parts.append(
            Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" class="bar"/>').format(
                x0 + 1, y0, max(x1 - x0 - 2, 1), height
            )
        )
    for name, value in marked.items():
        x = _at((np.log10(max(value, 0.1)) - low) / (high - low), 0)[0]
        late = x > _WIDTH - 120  # no room behind it
        parts += [
            _line((x, _TOP), (x, _HEIGHT - _BOTTOM), "mark"),
            _text(
                x + (-5 if late else 5), _TOP + 10, f"{name} {value:.0f} ms", "end" if late else "start", "now-label"
            ),
        ]
    return _svg(parts, _HEIGHT, "Latency")


def _at(x: float, y: float) -> Point:
    """Shares of the axes → the place in the drawing."""
    return _LEFT + x * (_WIDTH - _LEFT - _RIGHT), _HEIGHT - _BOTTOM - y * (_HEIGHT - _TOP - _BOTTOM)


def _grid(below: str, beside: str, ticks: Iterable[tuple[float, str]], rates: bool = True) -> list[Markup]:
    parts = []
    for quarter in range(5) if rates else ():
        x, y = _at(0, quarter / 4)
        parts += [_line((x, y), (_WIDTH - _RIGHT, y), "grid"), _text(x - 8, y + 4, f"{25 * quarter} %", "end", "soft")]
    parts.append(_line(_at(0, 0), _at(1, 0), "axis"))
    parts += [_text(_at(x, 0)[0], _HEIGHT - _BOTTOM + 17, label, "middle", "soft") for x, label in ticks]
    parts.append(_text(_WIDTH - _RIGHT, _HEIGHT - 4, below, "end", "soft"))
    if beside:
        parts.append(_text(_LEFT + 6, _TOP + 12, beside, "start", "soft"))
    return parts


def _svg(parts: Iterable[Markup], height: float, label: str) -> Markup:
    return Markup('<svg viewBox="0 0 {} {:.0f}" role="img" aria-label="{}">{}</svg>').format(
        _WIDTH, height, label, Markup("").join(parts)
    )


def _line(start: Point, end: Point, kind: str) -> Markup:
    return Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="{}"/>').format(*start, *end, kind)


def _path(points: Iterable[Point], kind: str) -> Markup:
    places = " L".join("{:.1f} {:.1f}".format(*_at(*point)) for point in points)
    return Markup('<path d="M{}" class="{}"/>').format(places, kind)


def _text(x: float, y: float, text: str, anchor: str, kind: str = "", title: str = "") -> Markup:
    told = Markup("<title>{}</title>").format(title) if title else ""
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" class="{}">{}{}</text>').format(
        x, y, anchor, kind, told, escape(text)
    )


def _shortened(label: str) -> str:
    """As much of a label as fits, a Han character counting twice."""
    room = 23
    for end, character in enumerate(label):
        room -= 2 if character > "\u2e80" else 1
        if room < 0:
            return label[:end] + "…"
    return label
