"""The small frozen results that the statistics hand back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray: TypeAlias = NDArray[np.float64]
else:
    FloatArray = Any


class Interval(NamedTuple):
    """Limits of an interval; unpacks as ``low, high``."""

    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class Coefficient:
    """An estimate with its interval and the F test that belongs to it; every field is ``(...)``."""

    value: FloatArray
    low: FloatArray
    high: FloatArray
    f: FloatArray
    df1: FloatArray
    df2: FloatArray
    p: FloatArray
