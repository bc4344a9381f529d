"""The Poisson model of statsmodels, fitted to the last digits."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM, GLMResultsWrapper
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning


def fit(
    counts: pd.Series | np.ndarray,
    terms: pd.DataFrame | np.ndarray,
    *,
    offset: float = 0.0,
    start: np.ndarray | None = None,
) -> GLMResultsWrapper:
    """Fit the logarithm of expected counts (c,) as an offset plus terms (c, p).

    ``start`` may hold estimates to begin with, (p,).
    """
    model = GLM(counts, terms, family=Poisson(), offset=np.full(len(counts), offset))
    with np.errstate(all="ignore"), warnings.catch_warnings():
        # As many terms as cells are no fault: they predict all counts, and leave no scale.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        return model.fit(start_params=start, tol=1e-10, tol_criterion="params", maxiter=200)
