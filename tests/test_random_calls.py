"""Random calls of every loss, on every library, against an oracle in plain float64 NumPy.

`RANDOM_CALLS=3000 pytest tests/test_random_calls.py` makes so many of each loss on each library, others each time.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .random_calls.compare import Differs, compare
from .random_calls.draws import LOSSES, FromHypothesis, draw_call
from .random_calls.libraries import Library
from .random_calls.repro import script

CALLS = {
    "numpy": 24,
    "numpy:blocks": 16,
    "torch:cpu": 20,
    "torch:blocks": 8,
    "array_api_strict:strictest": 8,
}
"""How many of each loss on each library."""
TOGETHER = {"dask": 16, "jax:jit": 12, "jax:cpu": 3}
"""How many of all losses together, where each call takes long."""
SLOW = ("dask", "jax:cpu", "jax:jit")
"""Where a failing call is shown as it was drawn: making it smaller takes minutes."""
LONG = int(os.environ.get("RANDOM_CALLS", "0"))


def always(name, calls):
    """The same calls in every run, unless a long run is asked for."""
    return settings(
        max_examples=LONG or calls,
        derandomize=not LONG,
        phases=(Phase.generate,) if name in SLOW else (Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        deadline=None,
        database=None,
        print_blob=False,
    )


def agree(name, losses, calls):
    library = Library(name)

    @always(name, calls)
    @given(st.data())
    def agrees(data):
        call = draw_call(FromHypothesis(data.draw), losses, library.floats)
        try:
            compare(call, library)
        except Differs as wrong:
            raise AssertionError(f"{wrong}\n\n{script(call, library)}\n") from None
        except Exception as error:
            error.add_note(f"\n{script(call, library)}\n")
            raise

    agrees()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", CALLS)
def test_random_calls(name, loss):
    agree(name, (loss,), CALLS[name])


@pytest.mark.parametrize("name", TOGETHER)
def test_random_calls_that_take_long(name):
    agree(name, LOSSES, TOGETHER[name])
