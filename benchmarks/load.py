"""A class at work: many real sessions on one `streamlit run`, beside the same on an empty app. Linux, loopback only.

    python -m benchmarks.load [share of the full size, default 1.0]

Students speak Streamlit's own protocol over web sockets, and do what a browser does: they send what was typed, run a
fragment again when the page asks for that, and note when the page has been drawn. A change is answered when its page is
drawn and nothing is missing any more. It exits with 1 when a bar is missed.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import quote

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.page import empty_app, process_of, processor_seconds
from core import gallery
from tests.browser.conftest import ROOT, serve

BARS = {
    "60 students, p50 ms": 100.0,
    "60 students, p95 ms": 500.0,
    "25 beside 5 that hang, median ms": 1000.0,
    "light rerun, processor ms": 15.0,
    "a session, MB": 0.5,
    "growth between 200 and 1000 reruns, MB": 10.0,
    "200 at once, p95 ms": 4000.0,
    "200 at once, dropped": 0.0,
    "not answered": 0.0,
}
CACHED = [preset.text for _, presets in gallery.menu(gallery.FUNCTIONS) for preset in presets]
HANGING = [
    "f(x, y, z, w) = sin(3x) cos(3y) sin(3z) + {} x y z w cos(w)",
    "f(x, y, z, w) = x^2 + y^2 + z^2 + w^2 + sin({} x y z w)",
]
PATIENCE = 60.0  # seconds until an answer counts as lost


class Student:
    """One browser tab."""

    def __init__(self, address: str, text: str):
        self._uri = address.replace("http", "ws") + "/_stcore/stream"
        self._query = f"f={quote(text)}"
        self._widgets: dict[str, str] = {}  # name: id
        self._fragments: dict[str, str] = {}  # name: id of the fragment it is in
        self._typed: dict[str, str] = {}
        self._again: dict[str, asyncio.Task[None]] = {}
        self._finished = asyncio.Event()
        self.dropped = False

    async def open(self) -> float:
        """Connect, and wait for the page; seconds."""
        start = monotonic()
        self._socket = await websockets.connect(
            self._uri, subprotocols=["streamlit"], max_size=None, ping_interval=None, open_timeout=60
        )
        self._reader = asyncio.create_task(self._read())
        return await self._answered(start, await self._send())

    async def close(self) -> None:
        self._forget()
        self._reader.cancel()
        await self._socket.close()

    async def type(self, name: str, text: str, *, light: bool = False) -> float:
        """Type into the field with that key; seconds until it is answered."""
        self._typed[name] = text
        start = monotonic()
        return await self._answered(start, await self._send(self._fragments.get(name, "") if light else ""))

    async def _answered(self, start: float, sent: bool) -> float:
        while sent and not self.dropped and monotonic() < start + PATIENCE:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._finished.wait(), 0.5)
                if not self._again:
                    return monotonic() - start
                await asyncio.sleep(0.02)
        return float("inf")

    async def _send(self, fragment: str = "", by_itself: bool = False) -> bool:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.fragment_id, state.is_auto_rerun = self._query, fragment, by_itself
        for name, text in self._typed.items():
            if name in self._widgets:
                widget = state.widget_states.widgets.add()
                widget.id, widget.string_value = self._widgets[name], text
        if not by_itself:
            self._finished.clear()
        try:
            await self._socket.send(message.SerializeToString())
        except websockets.ConnectionClosed:
            self.dropped = True
        return not self.dropped

    async def _read(self) -> None:
        try:
            async for data in self._socket:
                self._hear(ForwardMsg.FromString(data))
        except websockets.ConnectionClosed:
            self.dropped = True

    def _hear(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                if not message.metadata.run.fragment_ids:  # the whole page
                    self._forget()
                self._finished.clear()
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                if element.WhichOneof("type") == "text_input":
                    name = element.text_input.id.rsplit("-", 1)[-1]
                    self._widgets[name] = element.text_input.id
                    self._fragments[name] = message.delta.fragment_id
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "auto_rerun":
                again = message.auto_rerun
                if again.fragment_id not in self._again:
                    task = asyncio.create_task(self._repeat(again.fragment_id, again.interval))
                    self._again[again.fragment_id] = task
            case "stop_auto_rerun":
                for fragment in message.stop_auto_rerun.fragment_ids:
                    if fragment in self._again:
                        self._again.pop(fragment).cancel()
            case "script_finished":
                if message.script_finished in (
                    ForwardMsg.FINISHED_SUCCESSFULLY,
                    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
                ):
                    self._finished.set()

    async def _repeat(self, fragment: str, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self._send(fragment, by_itself=True)

    def _forget(self) -> None:
        for task in self._again.values():
            task.cancel()
        self._again.clear()


# What a class does.


async def opened(address: str, count: int, texts: Sequence[str]) -> list[Student]:
    students = [Student(address, texts[i % len(texts)]) for i in range(count)]
    for student in students:
        await student.open()
    return students


async def closed(students: Sequence[Student]) -> None:
    for student in students:
        await student.close()


async def at_a_pace(students: Sequence[Student], rounds: int, texts: Sequence[str], pause: float) -> list[float]:
    """Each student changes the formula once in so many seconds, each at another moment."""

    async def one(i: int, student: Student) -> list[float]:
        found = []
        await asyncio.sleep(pause * i / len(students))
        for k in range(rounds):
            start = monotonic()
            found.append(await student.type("f", texts[(i + 7 * k) % len(texts)]))
            await asyncio.sleep(max(0.0, pause - (monotonic() - start)))
        return found

    return [t for times in await asyncio.gather(*map(one, range(len(students)), students)) for t in times]


async def at_once(students: Sequence[Student], texts: Sequence[str]) -> list[float]:
    """All press Enter at the same moment."""
    return list(await asyncio.gather(*(s.type("f", texts[i % len(texts)]) for i, s in enumerate(students))))


@dataclass
class Measured:
    """What a class found, and the bars."""

    figures: dict[str, float] = field(default_factory=dict)

    def times(self, name: str, times: Sequence[float]) -> None:
        known = sorted(t for t in times if t < PATIENCE)
        self.figures["not answered"] = self.figures.get("not answered", 0.0) + len(times) - len(known)
        self.figures[f"{name}, p50 ms"] = 1000 * statistics.median(known)
        self.figures[f"{name}, p95 ms"] = 1000 * known[min(len(known) - 1, int(0.95 * len(known)))]


def megabytes(port: int) -> float:
    """Of the page's process, without its workers: what is resident."""
    pages = int((process_of(port) / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def a_class(address: str, share: float, light: str, texts: Sequence[str], hanging: bool) -> Measured:
    """All parts, one after the other; `light` is the field whose change is the least work."""
    port, found = int(address.rsplit(":", 1)[1]), Measured()

    def spent(before: float, acts: int) -> float:
        return 1000 * (processor_seconds(port) - before) / acts

    async def quiet() -> None:
        await asyncio.sleep(2.0)

    # Memory first, in a process as nobody has used it: a warm one, then sessions, then reruns.
    first = await opened(address, 5, texts)
    for k in range(len(texts)):
        await first[k % 5].type("f", texts[k])
    await quiet()
    before, more = megabytes(port), max(30, int(100 * share))
    students = await opened(address, more, texts)
    await quiet()
    found.figures["a session, MB"] = (megabytes(port) - before) / more
    for k in range(int(200 * share)):
        await first[k % 5].type("f", texts[k % len(texts)])
    before = megabytes(port)
    for k in range(int(800 * share)):
        await first[k % 5].type("f", texts[k % len(texts)])
    found.figures["growth between 200 and 1000 reruns, MB"] = megabytes(port) - before
    await closed(first)

    # Light reruns, one student after the other.
    acts, before = int(400 * share), processor_seconds(port)
    for k in range(acts):
        await students[k % 10].type(light, f"{1 + k % 7 / 10:g}, 1", light=True)
    found.figures["light rerun, processor ms"] = spent(before, acts)

    # Sixty, one change each two seconds.
    sixty = students[: max(6, int(60 * share))]
    rounds = 15
    before = processor_seconds(port)
    found.times("60 students", await at_a_pace(sixty, rounds, texts, 2.0))
    found.figures["a change, processor ms"] = spent(before, rounds * len(sixty))

    # Thirty, five of whom type what takes for ever. Nothing is known of these functions yet.
    if hanging:
        rng = random.Random(1)
        alone = []
        for k in range(12):
            alone.append(await students[k].type("f", own(rng)))
            await quiet()
        found.figures["one alone, median ms"] = 1000 * statistics.median(alone)
        for spread, name in ((2.0, "25 beside 5 that hang"), (0.0, "25 beside 5, same moment")):
            bad, good = beside = [], []
            for i in rng.sample(range(30), 30):
                text = HANGING[i % 2].format(rng.randint(2, 9999)) if i < 5 else own(rng)
                beside[i >= 5].append(asyncio.create_task(students[i].type("f", text)))
                await asyncio.sleep(spread / 30)
            times = await asyncio.gather(*good)
            found.times(name, times)
            found.figures[f"{name}, median ms"] = found.figures.pop(f"{name}, p50 ms")
            found.figures[f"{name}, last ms"] = 1000 * max(times)
            found.figures["5 that hang, last ms"] = 1000 * max(await asyncio.gather(*bad))
            await quiet()

    # Two hundred at once.
    all_of_them = [*students, *await opened(address, max(0, int(200 * share) - len(students)), texts)]
    await quiet()
    found.times("200 at once", await at_once(all_of_them, texts[3:]))
    found.figures["200 at once, dropped"] = float(sum(s.dropped for s in all_of_them))
    await closed(all_of_them)
    return found


def own(rng: random.Random) -> str:
    """A function that nobody has typed before."""
    a, b, c = (rng.randint(2, 99) for _ in range(3))
    return rng.choice(
        (
            f"x^4/{a} - {b}/10 x^2 + y^2 + {c}/50 x y",
            f"sin(x + {a}/{b}) cos(y) + (x^2 + y^2)/{c}",
            f"(x^2 + y - {a})^2/{b} + (x + y^2 - {c}/9)^2",
            f"exp(-(x^2 + y^2)/{a}) (x - {b}/{c} y)",
        )
    )


def measured(server: Callable[[], Any], act: Callable[[str], Awaitable[Measured]]) -> Measured:
    with server() as address:

        async def all_of_it() -> Measured:
            return await act(address)

        return asyncio.run(all_of_it())


def main(share: float) -> int:
    floor = measured(empty_app, lambda address: a_class(address, share, "f", ["a", "b", "c", "d", "e"], False))
    app = measured(lambda: serve(ROOT / "app.py"), lambda address: a_class(address, share, "at", CACHED, True))
    missed = False
    print(f"{'':<42}{'here':>10}{'bar':>10}{'empty app':>12}{'ratio':>8}")
    for name, value in app.figures.items():
        bar, least = BARS.get(name), floor.figures.get(name)
        missed |= bar is not None and value > bar
        ratio = f"{value / least:.1f}" if least and least > 0 else ""
        shown = ["" if x is None else f"{x:.2f}" if abs(x) < 10 else f"{x:.0f}" for x in (value, bar, least)]
        print(f"{name:<42}{shown[0]:>10}{shown[1]:>10}{shown[2]:>12}{ratio:>8}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0))
