"""array_losses: every loss function written once, for NumPy, PyTorch, JAX and CuPy arrays.

>>> import array_losses as al
>>> import numpy as np
>>> round(float(al.cross_entropy(np.array([[2.0, 0.0]]), [0])), 6)
0.126928
"""

from . import losses
from .autodiff.check import check_gradient
from .autodiff.gradients import grad, value_and_grad
from .autodiff.second_order import hessian_diagonal, hvp
from .catalog import Record, catalog
from .compiled import compile
from .compositions import Composition
from .config import from_config, load
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
from .losses import *  # noqa: F403
from .objects import Loss
from .sums import Sums

__version__ = "0.1.0"

__all__ = [
    "ArgumentError",
    "ArrayLossesError",
    "Composition",
    "DTypeError",
    "DomainError",
    "GradientError",
    "Loss",
    "MergeError",
    "MissingFunctionError",
    "MissingRuleError",
    "NamespaceError",
    "OptionError",
    "Record",
    "ShapeError",
    "Sums",
    "catalog",
    "check_gradient",
    "compile",
    "from_config",
    "grad",
    "hessian_diagonal",
    "hvp",
    "load",
    "value_and_grad",
    *losses.__all__,
]
