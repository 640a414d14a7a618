"""Reports of a small run that never was, for the tests of what is made of a report."""

from types import SimpleNamespace

from conformance.case import cases
from conformance.check import drawn
from conformance.outcome import Failure, Outcome
from conformance.report import describe

LOSSES = ("cross_entropy", "huber_loss")
BACKENDS = ("numpy", "torch:cpu", "array_api_strict:strictest")
NASTY = "</script><script>document.title = 'broken out'</script><!-- <b>5 ULP</b> &amp; \u2028"


def outcome(loss, check, backend, errors, limit=4.0, unit="ULP"):
    made = Outcome(loss, check, backend, unit)
    labels = [sample.label for sample in drawn(next(each for each in cases() if each.name == loss))]
    for label, error in zip(labels, errors, strict=False):
        made.record(label, "float32, mean", error, limit)
        made.record(label, "float64, mean", error / 2, limit)
    return made


def small_run():
    """Of every check that a report treats in its own way."""
    found = []
    for loss in LOSSES:
        for place, backend in enumerate(BACKENDS):
            found.append(outcome(loss, "values", backend, [0.5 + place, 0.0, 2.0]))
            found.append(outcome(loss, "values, pairwise", backend, [0.0, 1.0], limit=8.0))
            found.append(outcome(loss, "gradients", backend, [1e-12, 3e-11], limit=1e-9, unit="relative"))
            found.append(outcome(loss, "gradients, pairwise", backend, [3.0], limit=32.0))
            found.append(outcome(loss, "bad_input", backend, [0.0, 0.0], limit=0.0, unit=""))
    return found


def report(outcomes, profile="full", absent=(), versions=("2.0", "2.6", "1.1"), untested=("cupy",)):
    backends = [
        SimpleNamespace(name=name, version=version, device="cpu", engine="tape")
        for name, version in zip(BACKENDS, versions, strict=True)
    ]
    return describe(outcomes, backends, absent=dict(absent), untested=list(untested), profile=profile, seconds=3.0)


def only(outcomes, loss, check, backend):
    return next(each for each in outcomes if (each.loss, each.check, each.backend) == (loss, check, backend))


def fail(outcomes, loss="huber_loss", check="values", backend="torch:cpu", message="9 ULP off, 4 allowed", known=""):
    broken = only(outcomes, loss, check, backend)
    broken.failures.append(Failure(next(iter(broken.errors)), "float32, mean", message, known))
    return outcomes
