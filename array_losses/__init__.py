"""array_losses: every loss function written once, for NumPy, PyTorch, JAX and CuPy arrays.

>>> import array_losses as al
>>> import numpy as np
>>> round(float(al.cross_entropy(np.array([[2.0, 0.0]]), [0])), 6)
0.126928
"""

from typing import TYPE_CHECKING

from . import losses
from .catalog import Record, catalog  # now, as the module has the function's name
from .errors import (
    ArgumentError,
    ArrayLossesError,
    DomainError,
    DTypeError,
    GradientError,
    MergeError,
    MissingFunctionError,
    MissingRuleError,
    NamespaceError,
    OptionError,
    ShapeError,
)
from .lazy import attach

if TYPE_CHECKING:
    from .autodiff.api import grad, value_and_grad
    from .autodiff.check import check_gradient
    from .autodiff.second_order import hessian_diagonal, hvp
    from .compiled import compile
    from .compositions import Composition
    from .config import dump, from_config, load
    from .diagnosis.api import diagnose
    from .diagnosis.causes.cause import Cause
    from .diagnosis.report import Diagnosis
    from .evaluation.sizes import block_sizes
    from .losses import *  # noqa: F403
    from .objects import Loss
    from .parts import with_parts
    from .plotting.api import plot
    from .schedules import Schedule
    from .sums import Sums
else:
    __getattr__, __dir__ = attach(
        __name__,
        {
            "autodiff.check": ["check_gradient"],
            "autodiff.api": ["grad", "value_and_grad"],
            "autodiff.second_order": ["hessian_diagonal", "hvp"],
            "compiled": ["compile"],
            "compositions": ["Composition"],
            "config": ["dump", "from_config", "load"],
            "diagnosis.api": ["diagnose"],
            "diagnosis.causes.cause": ["Cause"],
            "diagnosis.report": ["Diagnosis"],
            "evaluation.sizes": ["block_sizes"],
            "losses": losses.__all__,
            "objects": ["Loss"],
            "parts": ["with_parts"],
            "plotting.api": ["plot"],
            "schedules": ["Schedule"],
            "sums": ["Sums"],
        },
    )

__version__ = "0.1.0"

__all__ = [
    "ArgumentError",
    "ArrayLossesError",
    "Cause",
    "Composition",
    "DTypeError",
    "Diagnosis",
    "DomainError",
    "GradientError",
    "Loss",
    "MergeError",
    "MissingFunctionError",
    "MissingRuleError",
    "NamespaceError",
    "OptionError",
    "Record",
    "Schedule",
    "ShapeError",
    "Sums",
    "block_sizes",
    "catalog",
    "check_gradient",
    "compile",
    "diagnose",
    "dump",
    "from_config",
    "grad",
    "hessian_diagonal",
    "hvp",
    "load",
    "plot",
    "value_and_grad",
    "with_parts",
]
__all__ += losses.__all__
