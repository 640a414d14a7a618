"""The likelihood of a label sequence, summed over its alignments with frames (connectionist temporal classification).

Between the labels of a sequence, before the first and after the last, there may be blanks. A state is such a blank or a
label; a frame stays in its state or moves on, from a label also to the next one unless it is the same. Arrays: frames
(T, N, C), log-probabilities; y (N, S), the labels, blank after the end; there (T, N), which frames a sample has;
lengths (N,), the number of labels.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

from ..backends import backend_of, namespace
from ..backends.numeric import Maps
from ..constants import IMPOSSIBLE
from ..typing import Array
from .along_axis import detached_max, one_hot, take_class
from .dispatch import overridable
from .pointwise import log1p, select
from .selection import take_rows

States = tuple[Array, ...]
"""Blanks (N, S + 1), labels (N, S), and a height (N, 1) that was taken out of both."""


@overridable
def fold(x: Array, others: tuple[Array, ...], state: Any, step: Callable[..., Any]) -> Any:
    """The state after all entries of the first axis, step(state, x[t], *others[t]) for each in turn."""
    for t in range(x.shape[0]):
        state = step(state, x[t, ...], *[each[t, ...] for each in others])
    return state


@overridable
def alignment_log_likelihood(frames: Array, y: Array, there: Array, lengths: Array, blank: int) -> Array:
    """The log-probability (N,) of the sequences; -inf, with derivative 0, where none of its alignments is possible."""
    trellis, steps = Trellis(frames, y, lengths), of_states(frames, y, there, blank)
    total = trellis.ended(fold(steps[0], steps[1:], trellis.start(), trellis.advance))
    return namespace(total).where(total < IMPOSSIBLE / 2, -inf, total)


@alignment_log_likelihood.derivative_of_result
def _(total: Array, frames: Array, y: Array, there: Array, lengths: Array, blank: int) -> Maps:
    def pull_back(g: Array) -> Array:
        possible = ~namespace(total).isinf(total)
        return select(class_posteriors(frames, y, there, lengths, blank), possible[:, None]) * g[:, None]

    return pull_back, None, None, None, None


@overridable
def class_posteriors(frames: Array, y: Array, there: Array, lengths: Array, blank: int) -> Array:
    """The probability of each class in each frame (T, N, C), given the sequences; any where they are impossible."""
    xp, trellis, (labels, *others) = namespace(frames), Trellis(frames, y, lengths), of_states(frames, y, there, blank)
    if 0 in frames.shape:
        return xp.zeros_like(frames)
    steps = [(labels[t, ...], *[each[t, ...] for each in others]) for t in range(frames.shape[0])]
    states = [trellis.start()]
    for step in steps:
        states.append(trellis.advance(states[-1], *step))
    rest, found = trellis.end(), []
    classes = xp.concat([column(blank, y, lengths), y], axis=1)
    spread = xp.astype(one_hot(classes, frames.shape[2], 2), frames.dtype)  # (N, 1 + S, C)
    for (blanks, signs, _), step in zip(reversed(states[1:]), reversed(steps), strict=True):
        at_blank, at_label = (xp.exp(each) for each in lowered(blanks + rest[0], signs + rest[1])[1])
        joint = xp.concat([xp.sum(at_blank, axis=1, keepdims=True), at_label], axis=1)
        found.append(select(joint / xp.sum(joint, axis=1, keepdims=True), step[2]))
        rest = trellis.recede(rest, *step)
    return xp.matmul(xp.stack(found[::-1], axis=0)[..., None, :], spread)[..., 0, :]


def of_states(frames: Array, y: Array, there: Array, blank: int) -> tuple[Array, Array, Array]:
    """The log-probabilities of the labels (T, N, S) and of the blank (T, N, 1), and which frames are there."""
    xp = namespace(frames)
    frames = xp.where(frames < IMPOSSIBLE, IMPOSSIBLE, frames)
    labels = take_rows(frames[..., None], xp.broadcast_to(y, (frames.shape[0], *y.shape)))[..., 0]
    return labels, frames[..., blank][..., None], there[..., None]


def lowered(blanks: Array, signs: Array) -> tuple[Array, tuple[Array, Array]]:
    """The (constant) largest entry of each row (N, 1), and the rows less it: what is small is rounded little."""
    top = detached_max(blanks, 1)
    if signs.shape[1]:
        top = namespace(top).maximum(top, detached_max(signs, 1))
    return top, (blanks - top, signs - top)


def column(value: int, y: Array, lengths: Array) -> Array:
    """One label (N, 1) beside y."""
    nothing: Array = namespace(y).astype(lengths, y.dtype)[:, None] * 0
    return nothing + value


def log_sum(a: Array, b: Array) -> Array:
    """ln(e^a + e^b), by selection: torch's `logaddexp` has NaN for a second derivative where a and b are far apart."""
    xp = namespace(a)
    above = a >= b
    high, low = xp.where(above, a, b), xp.where(above, b, a)
    return high + log1p(xp.exp(low - high))


class Trellis:
    """The steps between the states of a batch of sequences; `frames` says the dtype."""

    def __init__(self, frames: Array, y: Array, lengths: Array) -> None:
        xp = self.xp = namespace(frames)
        before = xp.concat([column(-1, y, lengths), y], axis=1)[:, :-1]
        self.lengths, self.repeated = lengths, y == before
        self.zero = xp.astype(lengths, frames.dtype)[:, None] * 0  # (N, 1)
        self.edge = self.zero + IMPOSSIBLE
        self.index = backend_of(lengths).arange(y.shape[1] + 1, lengths)
        self.nowhere = xp.astype(self.repeated, frames.dtype) * 0 + IMPOSSIBLE  # (N, S)

    def start(self) -> States:
        """Before the first frame: as after a blank."""
        return self.xp.concat([self.zero, self.nowhere], axis=1), self.nowhere, self.zero

    def advance(self, state: States, labels: Array, blank: Array, there: Array) -> States:
        """The log-probability of the frames so far that end in each state."""
        xp, (blanks, signs, height) = self.xp, state
        before = xp.concat([self.edge, signs], axis=1)  # (N, S + 1), of each blank and of each label
        to_blank = log_sum(blanks, before)
        skip = xp.where(self.repeated, IMPOSSIBLE, before[:, :-1])
        to_label = log_sum(log_sum(signs, blanks[:, :-1]), skip)
        top, (to_blank, to_label) = lowered(to_blank + blank, to_label + labels)
        after = to_blank, to_label, height + top
        return tuple(xp.where(there, new, old) for new, old in zip(after, state, strict=True))

    def ended(self, state: States) -> Array:
        """The log-probability of all frames: they end in the last label or the blank after it."""
        blanks, before = state[0], self.xp.concat([self.edge, state[1]], axis=1)
        last = log_sum(take_class(blanks, self.lengths, 1), take_class(before, self.lengths, 1))
        return last + state[2][:, 0]

    def end(self) -> tuple[Array, Array]:
        """After the last frame: certain in the states in which a sequence may end."""
        xp, last = self.xp, self.lengths[:, None]
        at_blank, at_label = self.index == last, self.index[1:] == last
        return xp.where(at_blank, self.zero, IMPOSSIBLE), xp.where(at_label, self.zero, IMPOSSIBLE)

    def recede(self, rest: tuple[Array, Array], labels: Array, blank: Array, there: Array) -> tuple[Array, Array]:
        """The log-probability of the frames that are left, given the state before them, up to a constant."""
        xp = self.xp
        blanks, signs = rest[0] + blank, rest[1] + labels
        after = xp.concat([signs, self.edge], axis=1)  # (N, S + 1), the label after each blank
        from_blank = log_sum(blanks, after)
        skip = xp.concat([xp.where(self.repeated, IMPOSSIBLE, signs), self.edge], axis=1)
        from_label = log_sum(log_sum(signs, blanks[:, 1:]), skip[:, 1:])
        _, (from_blank, from_label) = lowered(from_blank, from_label)
        return xp.where(there, from_blank, rest[0]), xp.where(there, from_label, rest[1])
