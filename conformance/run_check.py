"""One check of one loss on one backend, and one project's word on one loss."""

from __future__ import annotations

import time
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from . import case as cases
from .backends import Backend
from .case import Case
from .check import Check, Finding, count
from .measure import limits, ulps
from .oracles import oracle
from .oracles.compare import LIMIT, compare
from .outcome import AGAINST, ORACLE, PAIRWISE, Failure, Outcome, Output
from .xfails import reason

COMMAND = f"python -m {'conformance' if Path(__file__).parent.name == 'conformance' else 'array_losses.testing'}"
"""What starts the suite: in a checkout, and installed."""


def attempt(check: Check, case: Case, on: Backend, quick: bool, samples: tuple[str, ...] = ()) -> Outcome:
    """Try one check of one loss on one backend. Whatever goes wrong on the way is a failure of its sample."""
    outcome = Outcome(case.name, check.name, on.name, check.unit)
    start = time.process_time()
    slack = {dtype: limits(dtype).smallest_normal if on.flushes_subnormals else 0.0 for dtype in on.dtypes}
    for sample, finding in guarded(check, case, on, quick, samples):
        outcome.record(sample, finding.what, finding.error, finding.limit)
        if finding.failed:
            off = f"{finding.error:.3g} {check.unit} off, {finding.limit:g} allowed"
            text = finding.message or f"{off}{at_worst(finding)}"
            fail(outcome, sample, finding.what, text)
        if finding.output is not None:
            dtype = finding.what.partition(",")[0]
            outcome.outputs[sample, finding.what] = Output(
                dtype, finding.output, finding.wanted, finding.scale, slack.get(dtype, 0.0)
            )
    outcome.seconds = time.process_time() - start
    return outcome


def at_worst(finding: Finding) -> str:
    """The element of a result that is furthest off: where, what it is and what it should be."""
    if finding.output is None or finding.wanted is None or not np.size(finding.output):
        return ""
    found, wanted = np.broadcast_arrays(np.asarray(finding.output, np.float64), finding.wanted)
    off = ulps(found, wanted, finding.what.partition(",")[0], finding.scale)
    at = tuple(map(int, np.unravel_index(np.argmax(off), off.shape)))
    return f"; at {at}: got {found[at]:.9g}, wanted {wanted[at]:.9g}" if at else f"; got {found:.9g}, not {wanted:.9g}"


def guarded(
    check: Check, case: Case, on: Backend, quick: bool, samples: tuple[str, ...]
) -> Iterator[tuple[str, Finding]]:
    """The findings of every subject, by its label; an exception or a warning is one more, and ends its subject."""
    enough = count(check, case, on, quick)
    if enough == 0:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "`torch.jit.script` is deprecated")  # torch's own, at its first jvp
        label = "samples"
        try:
            for label, content in check.subjects(case, on, enough):
                if named(label, samples):
                    yield from ((label, each) for each in run_check(check, case, on, content))
        except Exception as error:
            yield label, Finding("evaluation", message=brief(error))


def run_check(check: Check, case: Case, on: Backend, content: object) -> Iterator[Finding]:
    try:
        yield from check.run(case, on, content)
    except Exception as error:
        yield Finding("evaluation", message=brief(error))


def named(label: str, samples: tuple[str, ...]) -> bool:
    """Whether a subject is asked for: all are, where none is named."""
    return not samples or any(each in label for each in samples)


def brief(error: Exception) -> str:
    """An error in one line, with the place in our code where it rose."""
    ours = [each for each in traceback.extract_tb(error.__traceback__) if "array_losses" in Path(each.filename).parts]
    place = f" ({Path(ours[-1].filename).name}:{ours[-1].lineno})" if ours else ""
    return f"{type(error).__name__}: {error}".partition("\n")[0] + place


def consult(case: Case, name: str, samples: tuple[str, ...] = ()) -> Outcome:
    """Hold the reference of a loss against another project; its defects are known failures, new ones are failures."""
    outcome = Outcome(case.name, ORACLE, name)
    start = time.process_time()
    for row in compare(case, oracle(name)):
        if row.status == "not covered" or not named(row.label, samples):
            continue
        good = row.status == "equal"
        outcome.record(row.label, row.reduction, row.ulps if good else 0.0, LIMIT)
        if not good:
            known = row.text if row.status == "defect" else ""
            outcome.failures.append(Failure(row.label, row.reduction, row.text, known))
    outcome.seconds = time.process_time() - start
    return outcome


def fail(outcome: Outcome, sample: str, what: str, text: str, backends: tuple[str, ...] = ()) -> None:
    """Note a failure, with its reason where it is known of one of the backends."""
    backends = backends or (outcome.backend,)
    reasons = [reason(outcome.loss, outcome.check, each, sample, text) for each in backends]
    known = next(filter(None, reasons), "")
    outcome.failures.append(Failure(sample, what, text, known))


def reproduction(outcome: Outcome, failure: Failure) -> str:
    """The command that shows one failure alone."""
    where, check = f"--backends {outcome.backend}", f" --checks {outcome.check}"
    if outcome.check == ORACLE:
        where, check = f"--oracles {outcome.backend}", ""
    if outcome.check.endswith(PAIRWISE):
        where += "," + failure.what.rpartition(AGAINST)[2]
        check = check.removesuffix(PAIRWISE)
    module = next((name for name, found in cases.ADDED.items() if outcome.loss in {case.name for case in found}), "")
    added = f" --cases {module}" if module else ""
    return f'{COMMAND}{added} --losses {outcome.loss}{check} {where} --sample "{failure.sample}"'
