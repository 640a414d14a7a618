"""The adapter of any library that follows the standard, and the base of the others.

An adapter holds what the standard leaves out: where an array lives and whether its values may be looked at, how host
data gets there, the native functions that pay, and how a formula is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any, ClassVar, TypeVar, cast

from ..typing import Array, Device, DType, Namespace
from .compat import is_standard_array, standard_device, standard_namespace
from .numeric import Numeric
from .polyfill import PolyfilledNamespace, dtype_name

KINDS = {
    "float16": "half", "bfloat16": "half", "float32": "real", "float64": "real", "bool": "bool",
    **{f"{sign}int{bits}": "integer" for sign in ("", "u") for bits in (8, 16, 32, 64)},
}  # fmt: skip
"""The kind of each dtype; "half" is computed in float32."""

Result = TypeVar("Result")
LARGEST = 2**31 - 1
WIDE = ("int64", "uint64")


class Backend:
    """Any library: values are never looked at, formulas are evaluated as they are."""

    noun = "array"
    """The name of this library's arrays in messages."""
    conversion = "xp.asarray(numpy.asarray({}))"
    """Code that makes such an array of another library's on the same device, for messages."""
    to_host = "numpy.asarray({})"
    """Code that makes host data, which every library takes, of such an array, for messages."""
    move = "{}.to_device({}.device)"
    """Code that moves an array to the device of another, for messages."""
    types: tuple[type, ...] = ()
    has_device = True
    """Whether arrays have a device, and can be made on one."""
    level = 0
    """The number of times that the tape wraps the library."""
    jit_call: Any = None
    """Where a call is compiled as a whole: (function, fixed arguments, arrays) to its result; None: elsewhere."""
    no_grad_overrides: ClassVar[Mapping[str, Callable[..., Any]]] = {}
    """Native functions that stand in only where no derivative is taken."""
    own_derivatives: ClassVar[Set[str]] = frozenset()
    """Numerics with their own derivative in place of that of the body, where the library differentiates the others'."""
    value_and_grad: Any = None
    """The library's own autodiff, (f, args, places, has_aux) to (result of f, gradients); None: the tape's."""

    key: str
    """A name that no other adapter has."""

    def __init__(self, name: str, xp: Any, native: dict[str, Callable[..., Any]] | None = None) -> None:
        self.name = self.key = name
        self.xp: Namespace = xp
        self.native = native or {}
        self.kinds = {getattr(xp, each): kind for each, kind in KINDS.items() if hasattr(xp, each)}
        self.signed, self.unsigned = (
            tuple(getattr(xp, each) for each in names if hasattr(xp, each))
            for names in (("int32", "int64"), ("uint32", "uint64"))
        )

    @classmethod
    def for_array(cls, array: Any) -> Backend:
        """The adapter of a library that comes for the first time."""
        if not is_standard_array(array):
            raise TypeError(f"not an array: {type(array)}")
        name = type(array).__module__.partition(".")[0]
        backend = cls(name, PolyfilledNamespace(standard_namespace(array), name))
        backend.key, backend.noun = type(array).__module__, f"{name} array"
        backend.native = {"snap": backend.xp.clip}  # whose derivative the tape takes
        try:
            backend.xp.asarray(0, dtype=array.dtype, device=standard_device(array))
        except (AttributeError, TypeError):
            backend.has_device = False
        return backend

    def form(self, numeric: Numeric) -> Callable[..., Any]:
        """The function that computes a numeric here: a native one, or its portable body."""
        return self.native.get(numeric.name) or numeric.portable

    def kind(self, dtype: DType) -> str:
        """The kind of a dtype: "half", "real", "integer", "bool" or "other"."""
        kind = self.kinds.get(dtype)
        return kind if kind is not None else KINDS.get(dtype_name(dtype), "other")

    def compute_dtype(self, dtype: Any) -> DType:
        """The floating dtype in which a loss of such an input is computed."""
        return self.xp.float32 if self.kind(dtype) == "half" else dtype

    def cast(self, array: Any, dtype: Any) -> Array:
        return array if array.dtype == dtype else self.xp.astype(array, dtype)

    def cast_all(self, arrays: Iterable[Array | None], dtype: Any) -> list[Any]:
        """Each array in a dtype; None stays None."""
        return [None if each is None else self.cast(each, dtype) for each in arrays]

    def dense(self, array: Any) -> Array:
        """The array, each entry in a place of its own."""
        return cast("Array", array)

    def as_ids(self, ids: Any) -> Array:
        """Class ids in a dtype that holds every id and -100, and that indexes."""
        xp = self.xp
        if ids.dtype in self.signed:
            return cast("Array", ids)
        if ids.dtype in self.unsigned:  # too large an id stays too large
            ids = xp.where(ids > LARGEST, LARGEST, ids)
        return xp.astype(ids, xp.int32)

    def default_float(self) -> DType:
        """The floating dtype that the library makes of plain numbers."""
        info = getattr(self.xp, "__array_namespace_info__", None)
        return self.xp.asarray(0.0).dtype if info is None else info().default_dtypes()["real floating"]

    def device(self, array: Any) -> Device:
        """Where an array lives, or None where that cannot be told."""
        return standard_device(array) if self.has_device else None

    def from_host(self, value: Any, like: Any, dtype: Any = None) -> Array:
        """Host data as an array on the device of `like`."""
        device = self.device(like)
        if hasattr(value, "dtype") and not value.dtype.isnative:
            value = value.astype(value.dtype.newbyteorder("="))
        if (
            dtype is None
            and getattr(getattr(value, "dtype", None), "name", "") in WIDE
            and not self.supports_int64(device)
        ):
            value = value.clip(0 if value.dtype.name == "uint64" else -LARGEST, LARGEST).astype("int32")
        return self.xp.asarray(value, **without_none(dtype=dtype, device=device))

    def supports_int64(self, device: Device) -> bool:
        """Whether a device holds 64-bit integers."""
        info = getattr(self.xp, "__array_namespace_info__", None)
        return info is None or "int64" in info().dtypes(**without_none(device=device))

    def arange(self, count: int, like: Any) -> Array:
        """The integers 0 to count - 1, on the device of `like`."""
        return self.xp.arange(count, dtype=self.xp.int32, **without_none(device=self.device(like)))

    def concrete_or_none(self, array: Any) -> Any:
        """The array where its values can be read at no cost, as on the host; None elsewhere."""
        return None

    def to_numpy(self, array: Any) -> Any:
        """The values as a NumPy array, wherever they lie: for a user who asks to see them."""
        import numpy

        return numpy.asarray(array)

    def extremes(self, view: Any) -> tuple[Array | float, Array | float]:
        """The least and the largest value of an array that may be read; NaN if it holds one."""
        return self.xp.min(view), self.xp.max(view)

    def requires_grad(self, array: Any) -> bool:
        """Whether a gradient with respect to this array is wanted."""
        return self.level > 0

    def tracing(self) -> bool:
        """Whether the library is compiling, so that host data must go through its own functions."""
        return False

    def call_leaf(self, key: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The result of a leaf, where a compiler reads this code and can do without reading that; else None."""
        return None

    def is_known(self, size: object) -> bool:
        """Whether a size is a number that may be compared, not a symbol."""
        return isinstance(size, int)

    def objection(self, array: Any) -> tuple[str, str] | None:
        """The objection to an array that only looks plain: what it must be, and what it is ("" where that shows).

        None where its operators are those of the standard.
        """
        if any(n != n for n in array.shape):
            return "have known sizes: write {}.compute_chunk_sizes()", ""
        return None

    def estranged(self, first: Any, other: Any) -> str | None:
        """Code that converts an array whose operators refuse it together with the first; None where they take both."""
        return None

    def allows_caching(self, input: Any) -> bool:
        """Whether arrays of earlier calls may be used beside an input: nothing traces or transforms what is done."""
        return False

    def cacheable(self, array: Any, device: Device) -> Any:
        """An array just made beside an input on a device, as later calls may use it; None where they may not."""
        return array

    def with_operators(self, array: Any) -> Array:
        """The array, in a wider integer dtype where the library has no operators for its own."""
        return cast("Array", array)

    def lift(self, array: Any, backend: Backend) -> Any:
        """An array of `backend` as a constant of this library, at no cost; None where that is impossible."""
        return array if backend is self else None

    def owns_memory(self, array: Array) -> bool:
        """Whether an array made by the tape certainly shares its memory with no other."""
        return False

    def copy(self, array: Any) -> Array:
        """A copy that shares its memory with nothing."""
        return self.xp.asarray(array, copy=True)

    def compile(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function of arrays, compiled; as it is where there is nothing to gain."""
        return function

    def run(self, formula: Callable[..., Result], arrays: tuple[Any, ...]) -> Result:
        """The result of a formula on whole arrays."""
        return formula(*arrays)


def without_none(**options: object) -> dict[str, object]:
    """The options that are not None, as a library may not know the others."""
    return {name: value for name, value in options.items() if value is not None}
