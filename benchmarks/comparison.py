"""Contests: a loss of ours against the call of a peer, on the same data, doing the same work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import numpy as np

from .bandwidth import copy_seconds
from .case import Case, PeerCall
from .libraries import BOTH, FORWARD, LIBRARIES, WHATS, Library, Work
from .peers import EAGER_ONLY, PEERS, load
from .timing import interleave, solo

Numbers = list[float]


class UnequalError(Exception):
    """Two calls that should compute the same do not: their times are no comparison."""


class Comparison(NamedTuple):
    """What is compared with what."""

    case: Case
    what: str
    library: str
    """Of our arrays."""
    mode: str
    rival: PeerCall
    their_library: str
    size: int

    @property
    def key(self) -> str:
        """Names the contest, but for its size."""
        return "|".join((self.case.name, self.what, self.library, self.mode, self.rival.label))


@dataclass
class Row:
    """What came of a contest; times are [lower quartile, median, upper quartile] in seconds."""

    loss: str
    variant: str
    what: str
    library: str
    mode: str
    against: str
    peer: str
    size: int
    theirs: Numbers
    ours: Numbers | None = None
    ratio: Numbers | None = None
    """Ours over theirs."""
    rounds: int = 0
    tails: Numbers | None = None
    """The 95th percentiles of ours and of theirs, over their medians."""
    bytes: int = 0
    """What must move: every input is read, every gradient written."""
    floor: float = 0.0
    """Seconds in which this machine copies that many bytes."""
    distance: float | None = None
    """Ours over the floor."""
    memory: list[int | None] = field(default_factory=lambda: [None, None])
    """Peak additional bytes of ours and of theirs; gradients and results count."""
    note: str = ""


def plan(
    cases: Sequence[Case], against: Sequence[str], device: str, size: int, modes: Sequence[str]
) -> Iterator[Comparison]:
    """The contests of these losses at one size."""
    for case in cases:
        if size < case.smallest:
            continue
        for what in WHATS:
            for rival in case.rivals:
                if rival.against in against:
                    found = of_rival(case, rival, what, device, size, modes)
                    yield from (each for each in found if not case.heavy or telling(each))


def of_rival(
    case: Case, rival: PeerCall, what: str, device: str, size: int, modes: Sequence[str]
) -> Iterator[Comparison]:
    """One contest for each mode of the peer's library; our NumPy against torch too, on a CPU."""
    peer = PEERS[rival.against]
    library = peer.library if device == "cpu" else peer.on_gpu
    if what == FORWARD or peer.gradient:
        for mode in LIBRARIES[library].modes:
            if mode in modes and (mode == "eager" or (rival.compiles and rival.against not in EAGER_ONLY)):
                yield Comparison(case, what, library, mode, rival, library, size)
    if rival.against == "torch" and device == "cpu" and "eager" in modes:
        yield Comparison(case, what, "numpy", "eager", rival, "torch", size)


def telling(contest: Comparison) -> bool:
    """Whether a heavy contest says what no other one says: training, as fast as each library goes."""
    trained = contest.what == BOTH or not PEERS[contest.rival.against].gradient
    return trained and contest.library == contest.their_library and (contest.library, contest.mode) != ("jax", "eager")


def arrays_of(case: Case, size: int) -> tuple[np.ndarray, ...]:
    return case.draw(np.random.default_rng(size), size)


def works(contest: Comparison, device: str, arrays: tuple[np.ndarray, ...]) -> tuple[Work | None, Work]:
    """Ours (None where there is none yet) and theirs."""
    import array_losses as al

    case, theirs = contest.case, contest.rival.make(load(contest.rival.against, device))
    ours = case.ours()
    if ours is not None and contest.mode == "compiled":
        ours = al.compile(ours)
    work = None if ours is None else prepared(contest, contest.library, device, ours, arrays, contest.mode)
    mode = contest.mode if contest.library == contest.their_library else "eager"
    return work, prepared(contest, contest.their_library, device, theirs, arrays, mode)


def prepared(
    contest: Comparison, library: str, device: str, f: Callable[..., Any], arrays: tuple[np.ndarray, ...], mode: str
) -> Work:
    home = LIBRARIES[library](device, mode)
    return home.work(f, tuple(home.array(each) for each in arrays), contest.what, contest.case.wrt)


def agree(contest: Comparison, ours: Work, theirs: Work) -> None:
    """UnequalError where value or gradient differ by more than float32 explains."""
    home, away = LIBRARIES[contest.library]("cpu"), LIBRARIES[contest.their_library]("cpu")
    tolerance = 2e-5 if contest.size < 100_000 else 1e-3  # long sums in float32 differ from library to library
    for name, a, b in zip(
        ("value", *["gradient"] * contest.case.wrt), results(home, ours), results(away, theirs), strict=False
    ):
        far = np.max(np.abs(a - b), initial=0.0)
        if not far <= tolerance * max(np.max(np.abs(b), initial=0.0), 1e-12):  # so that NaN is refused
            raise UnequalError(
                f"{contest.case.name} on {contest.library} ({contest.mode}) against {contest.rival.label}, "
                f"{contest.size} elements: {name}s differ by {far:.2g}; nothing is timed"
            )


def results(library: Library, work: Work) -> list[np.ndarray]:
    out = work.run()
    work.finish(out)
    return [np.asarray(each, dtype=np.float64) for each in library.results(out)]


def measure(contest: Comparison, device: str, budget: float) -> Row:
    """Check that both compute the same, and time them."""
    arrays = arrays_of(contest.case, contest.size)
    ours, theirs = works(contest, device, arrays)
    written = sum(each.nbytes for each in arrays[: contest.case.wrt]) if contest.what == BOTH else 0
    moved = sum(each.nbytes for each in arrays) + written
    row = Row(
        contest.case.loss,
        contest.case.variant,
        contest.what,
        contest.library,
        contest.mode,
        contest.rival.against,
        contest.rival.label,
        contest.size,
        [],
        bytes=moved,
        floor=copy_seconds(moved, device),
    )
    if ours is None:
        row.note, row.theirs = "not offered", list(solo(theirs))
        return row
    agree(contest, ours, theirs)
    return timed(row, ours, theirs, budget)


def timed(row: Row, ours: Work, theirs: Work, budget: float) -> Row:
    found = interleave(ours, theirs, budget)
    row.ours, row.theirs, row.ratio = list(found.ours), list(found.theirs), list(found.ratio)
    row.rounds, row.tails = found.rounds, list(found.tails)
    row.distance = row.ours[1] / row.floor if row.floor else None
    return row


def plain(row: Row) -> dict[str, Any]:
    """A row as plain data, numbers to four digits."""
    return {key: short(value) for key, value in asdict(row).items()}


def short(value: Any) -> Any:
    if isinstance(value, list):
        return [short(each) for each in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value
