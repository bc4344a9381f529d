"""The Poisson model of statsmodels, fitted to the last digits."""

import warnings

import numpy as np
import pandas as pd
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM, GLMResultsWrapper
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning


def fit(counts: pd.Series, terms: pd.DataFrame, start: np.ndarray) -> GLMResultsWrapper:
    """Fit the logarithm of expected counts.

    Parameters
    ----------
    counts
        Cases, shape (c,).
    terms
        Terms of the model, shape (c, p).
    start
        Coefficients to start from, shape (p,).

    Raises
    ------
    ValueError
        From statsmodels, if the expected counts become infinite or are not numbers.
    """
    model = GLM(counts, terms, family=Poisson())
    with np.errstate(all="ignore"), warnings.catch_warnings():
        # A model with as many terms as cells predicts all counts. statsmodels warns of that as of a
        # fault; here it is a usual model.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        return model.fit(start_params=start, tol=1e-10, tol_criterion="params", maxiter=200)
