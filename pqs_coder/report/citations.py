"""The literature that a report may cite, by a short key. Plain texts: a report links to nothing."""

from __future__ import annotations

from collections.abc import Iterable

CITATIONS: dict[str, str] = {
    "Ablon & Jones, 1998": (
        "Ablon, J. S., & Jones, E. E. (1998). How expert clinicians' prototypes of an ideal "
        "treatment correlate with outcome in psychodynamic and cognitive-behavioral therapy. "
        "Psychotherapy Research, 8(1), 71-83."
    ),
    "Benjamini & Hochberg, 1995": (
        "Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate: A practical "
        "and powerful approach to multiple testing. Journal of the Royal Statistical Society: "
        "Series B, 57(1), 289-300."
    ),
    "Block, 1961": (
        "Block, J. (1961). The Q-sort method in personality assessment and psychiatric research. "
        "Charles C Thomas."
    ),
    "Box & Tiao, 1973": (
        "Box, G. E. P., & Tiao, G. C. (1973). Bayesian inference in statistical analysis. "
        "Addison-Wesley."
    ),
    "Brennan, 2001": "Brennan, R. L. (2001). Generalizability theory. Springer.",
    "Brown, 1910": (
        "Brown, W. (1910). Some experimental results in the correlation of mental abilities. "
        "British Journal of Psychology, 3(3), 296-322."
    ),
    "Cattell, 1952": (
        "Cattell, R. B. (1952). The three basic factor-analytic research designs: Their "
        "interrelations and derivatives. Psychological Bulletin, 49(5), 499-520."
    ),
    "Cleveland, 1979": (
        "Cleveland, W. S. (1979). Robust locally weighted regression and smoothing scatterplots. "
        "Journal of the American Statistical Association, 74(368), 829-836."
    ),
    "Efron, 1987": (
        "Efron, B. (1987). Better bootstrap confidence intervals. Journal of the American "
        "Statistical Association, 82(397), 171-185."
    ),
    "Fisher, 1921": (
        "Fisher, R. A. (1921). On the 'probable error' of a coefficient of correlation deduced "
        "from a small sample. Metron, 1, 3-32."
    ),
    "Harville, 1974": (
        "Harville, D. A. (1974). Bayesian inference for variance components using only error "
        "contrasts. Biometrika, 61(2), 383-385."
    ),
    "Hayes & Krippendorff, 2007": (
        "Hayes, A. F., & Krippendorff, K. (2007). Answering the call for a standard reliability "
        "measure for coding data. Communication Methods and Measures, 1(1), 77-89."
    ),
    "Hedges, 1981": (
        "Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size and "
        "related estimators. Journal of Educational Statistics, 6(2), 107-128."
    ),
    "Henderson, 1953": (
        "Henderson, C. R. (1953). Estimation of variance and covariance components. Biometrics, "
        "9(2), 226-252."
    ),
    "Horn, 1965": (
        "Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis. "
        "Psychometrika, 30(2), 179-185."
    ),
    "Jones, 2000": (
        "Jones, E. E. (2000). Therapeutic action: A guide to psychoanalytic therapy. Jason Aronson."
    ),
    "Kaiser, 1958": (
        "Kaiser, H. F. (1958). The varimax criterion for analytic rotation in factor analysis. "
        "Psychometrika, 23(3), 187-200."
    ),
    "Mann, 1945": (
        "Mann, H. B. (1945). Nonparametric tests against trend. Econometrica, 13(3), 245-259."
    ),
    "McGraw & Wong, 1996": (
        "McGraw, K. O., & Wong, S. P. (1996). Forming inferences about some intraclass correlation "
        "coefficients. Psychological Methods, 1(1), 30-46."
    ),
    "Meng, Rosenthal & Rubin, 1992": (
        "Meng, X.-L., Rosenthal, R., & Rubin, D. B. (1992). Comparing correlated correlation "
        "coefficients. Psychological Bulletin, 111(1), 172-175."
    ),
    "Montgomery, 2013": (
        "Montgomery, D. C. (2013). Introduction to statistical quality control (7th ed.). Wiley."
    ),
    "Phipson & Smyth, 2010": (
        "Phipson, B., & Smyth, G. K. (2010). Permutation p-values should never be zero: "
        "Calculating exact p-values when permutations are randomly drawn. Statistical Applications "
        "in Genetics and Molecular Biology, 9(1), Article 39."
    ),
    "Roberts, 1959": (
        "Roberts, S. W. (1959). Control chart tests based on geometric moving averages. "
        "Technometrics, 1(3), 239-250."
    ),
    "Shrout & Fleiss, 1979": (
        "Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: Uses in assessing rater "
        "reliability. Psychological Bulletin, 86(2), 420-428."
    ),
    "Spearman, 1910": (
        "Spearman, C. (1910). Correlation calculated from faulty data. British Journal of "
        "Psychology, 3(3), 271-295."
    ),
    "Welch, 1947": (
        "Welch, B. L. (1947). The generalization of 'Student's' problem when several different "
        "population variances are involved. Biometrika, 34(1-2), 28-35."
    ),
    "Westfall & Young, 1993": (
        "Westfall, P. H., & Young, S. S. (1993). Resampling-based multiple testing: Examples and "
        "methods for p-value adjustment. Wiley."
    ),
}


def references(keys: Iterable[str]) -> tuple[str, ...]:
    """The references of these keys, each once, in the order of a list of references."""
    return tuple(CITATIONS[key] for key in sorted(set(keys)))
