"""P-technique: the items of one case hang together over its sessions (interaction structures).

Items are the variables, sessions are the cases. A case has a hundred items and perhaps twenty
sessions, so the correlations between items have no inverse; the components are found through the
sessions, of which there may be far fewer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from pqs_coder.errors import ConstantRatingsError, StatisticsError
from pqs_coder.stats.clusters import as_sessions
from pqs_coder.stats.components import ROUNDING, reflect
from pqs_coder.stats.correlation import unit_sorts
from pqs_coder.stats.rotation import arrange_factors, as_loadings, varimax

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from pqs_coder.stats.results import FloatArray

Constant: TypeAlias = Literal["refuse", "leave_out"]

LEAST_SESSIONS = 3


@dataclass(frozen=True, slots=True)
class PTechnique:
    """Components of items over sessions.

    loadings: ``(items, components)``, correlations of items with component scores, nan for items
    left out; scores: ``(sessions, components)``, mean 0 and standard deviation 1 (n - 1), that do
    not correlate; eigenvalues: all that are not zero, before rotation, largest first; explained:
    per cent of the items' variance that each rotated component explains; varying: the items that
    took part ``(items,)``.
    """

    loadings: FloatArray
    scores: FloatArray
    eigenvalues: FloatArray
    explained: FloatArray
    varying: NDArray[np.bool_]


def p_technique(
    values: ArrayLike, components: int, *, rotate: bool = True, constant: Constant = "refuse"
) -> PTechnique:
    """Principal components of the items of one case (Cattell 1952; Jones 2000 for the PQS).

    ``values`` is ``(sessions, items)``, composites as a rule. Items are standardized over the
    sessions; components come from singular values, so more items than sessions are no hindrance:
    there are then at most sessions - 1 components. Varimax with Kaiser normalisation unless
    ``rotate`` is False; components are ordered by size and turned so that loadings sum to zero or
    more. An item that never changes correlates with nothing: it is refused, or left out
    (``constant="leave_out"``) with nan for a loading. For the number of components give
    ``parallel_analysis`` the items by sessions, ``values.T``.

    With fewer sessions than items single loadings are unstable: the sample is the sessions.
    """
    data, varying = _varying(values, constant)
    unit = unit_sorts(data.T, "raise")
    left, sizes, right = np.linalg.svd(unit, full_matrices=False)
    real = int((np.square(sizes) > ROUNDING * len(unit)).sum())
    if not 1 <= components <= real:
        raise StatisticsError(
            f"{components} component(s) of {len(data)} sessions and {len(unit)} items",
            f"Ask for 1 to {real} components.",
        )
    plain = left[:, :components] * sizes[:components]
    signs = np.where(plain.sum(axis=0) < 0, -1.0, 1.0)
    loadings, scores = reflect(plain), right[:components].T * signs
    if rotate:
        turned = varimax(loadings)
        arranged = arrange_factors(turned.loadings)
        loadings = arranged.loadings
        scores = (scores @ turned.matrix)[:, arranged.order] * arranged.signs
    whole = np.full((len(varying), components), np.nan)
    whole[varying] = loadings
    return PTechnique(
        loadings=whole,
        scores=scores * np.sqrt(len(data) - 1.0),
        eigenvalues=np.square(sizes[:real]),
        explained=np.asarray(100.0 * np.square(loadings).mean(axis=0)),
        varying=varying,
    )


def structure_members(loadings: ArrayLike, *, least: float = 0.40) -> NDArray[np.int8]:
    """Which items make a structure: 1, -1 (reversed) or 0, ``(items, components)``.

    An item belongs where its loading is ``least`` or more in size; it may belong to several. Items
    that were left out (nan) belong nowhere.
    """
    given = np.asarray(loadings, dtype=np.float64)
    values = as_loadings(np.where(np.isnan(given), 0.0, given))
    return np.asarray(np.where(np.abs(values) >= least, np.sign(values), 0.0), dtype=np.int8)


def structure_scores(values: ArrayLike, members: ArrayLike, *, middle: float) -> FloatArray:
    """Mean pile of a structure's items in each session, ``(sessions, components)``.

    ``values`` ``(sessions, items)``, ``members`` as :func:`structure_members` gives them. Negative
    items are mirrored about ``middle`` (5 in the PQS), the centre of the scale, so 9 becomes 1.
    Raises StatisticsError for a structure without items.
    """
    data = as_sessions(values)
    sign = np.asarray(members, dtype=np.float64)
    if sign.ndim != 2 or len(sign) != data.shape[-1] or not np.isin(sign, (-1, 0, 1)).all():
        raise StatisticsError("members do not fit the items", "Give -1, 0 or 1 for each item.")
    counts = np.abs(sign).sum(axis=0)
    if np.any(counts == 0):
        empty = np.flatnonzero(counts == 0) + 1
        raise StatisticsError(
            f"no item belongs to structure {', '.join(str(c) for c in empty)}",
            "Lower the loading that makes an item belong, or ask for fewer structures.",
        )
    return np.asarray(middle + (data - middle) @ sign / counts)


def structure_items(values: ArrayLike, members: ArrayLike, *, middle: float) -> list[FloatArray]:
    """For each structure its items, negative ones mirrored, ``(its items, sessions)``.

    Arguments as in :func:`structure_scores`: ``(sessions, items)`` and ``(items, components)``.
    Ready for ``cronbach_alpha``, which then says how well the items of a structure go together over
    the sessions.
    """
    data = as_sessions(values)
    sign = np.asarray(members, dtype=np.float64)
    if sign.ndim != 2 or len(sign) != data.shape[-1]:
        raise StatisticsError("members do not fit the items", "Give -1, 0 or 1 for each item.")
    return [(middle + (data[:, column != 0] - middle) * column[column != 0]).T for column in sign.T]


def _varying(values: ArrayLike, constant: Constant) -> tuple[FloatArray, NDArray[np.bool_]]:
    data = as_sessions(values, least=LEAST_SESSIONS)
    if data.ndim != 2 or data.shape[1] < 2:
        raise StatisticsError(
            f"values have the shape {data.shape}, not (sessions, items)",
            "Give one row a session and one column an item.",
        )
    if constant not in ("refuse", "leave_out"):
        raise StatisticsError(f"no way {constant!r}", "Say refuse or leave_out.")
    varying = np.asarray((data != data[0]).any(axis=0))
    if constant == "refuse" and not varying.all():
        raise ConstantRatingsError(
            f"{int((~varying).sum())} item(s) have the same value in every session",
            'Leave them out, with constant="leave_out".',
        )
    if varying.sum() < 2:
        raise ConstantRatingsError("no two items vary", "Take a case with more sessions.")
    return data[:, varying], varying
