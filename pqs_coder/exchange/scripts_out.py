"""Scripts that read the exported sorts and work out agreement again, in R and in Python.

Nothing but the language itself is needed to run them: whoever checks a number can do so without
this program.
"""

from __future__ import annotations

import polars as pl

from pqs_coder.exchange.wide_out import wide_csv
from pqs_coder.model.item_set import ItemSet

_R = """\
# Agreement by session, worked out from the sorts in the .csv beside it (its name and .csv). Base R.
# r: mean Pearson correlation of every pair of raters over the items.
# reliability: of the mean of k raters, after Spearman and Brown: k r / (1 + (k - 1) r).
script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
script <- gsub("~+~", " ", script, fixed = TRUE)  # how Rscript passes blanks on
if (length(script) == 0) script <- sys.frame(1)$ofile
sorts <- read.csv(paste0(script, ".csv"), check.names = FALSE, encoding = "UTF-8",
                  colClasses = c(session = "character", rater = "character"))
items <- grep("^item[0-9]+$", names(sorts), value = TRUE)
rows <- lapply(split(sorts, factor(sorts$session, unique(sorts$session))), function(one) {
  k <- nrow(one)
  if (k < 2) return(NULL)
  pairs <- cor(t(as.matrix(one[, items])))
  r <- pairs[upper.tri(pairs)]
  data.frame(session = one$session[1], raters = paste(one$rater, collapse = ","), n_raters = k,
             n_items = length(items), r = mean(r), r_min = min(r), r_max = max(r),
             reliability = k * mean(r) / (1 + (k - 1) * mean(r)))
})
options(digits = 15)
write.csv(do.call(rbind, rows), row.names = FALSE)
"""

_PYTHON = '''\
"""Agreement by session, worked out from the sorts in the .csv beside it.

r: mean Pearson correlation of every pair of raters over the items. reliability: of the mean of k
raters, after Spearman and Brown: k r / (1 + (k - 1) r). Python 3.10 or later, nothing else.
"""

import csv
import sys
from itertools import combinations
from statistics import correlation, fmean

sessions = {}
with open(__file__ + ".csv", encoding="utf-8", newline="") as file:
    for row in csv.DictReader(file):
        piles = [float(pile) for name, pile in row.items() if name.startswith("item")]
        sessions.setdefault(row["session"], []).append((row["rater"], piles))

out = csv.writer(sys.stdout)
out.writerow(
    ["session", "raters", "n_raters", "n_items", "r", "r_min", "r_max", "reliability"]
)
for session, sorts in sessions.items():
    k = len(sorts)
    if k < 2:
        continue
    pairs = [correlation(a, b) for (_, a), (_, b) in combinations(sorts, 2)]
    r = fmean(pairs)
    raters = ",".join(rater for rater, _ in sorts)
    reliability = k * r / (1 + (k - 1) * r)
    out.writerow([session, raters, k, len(sorts[0][1]), r, min(pairs), max(pairs), reliability])
'''


def render_r(frame: pl.DataFrame, _item_set: ItemSet, suffix: str) -> dict[str, bytes]:
    """An R script and the sorts as CSV beside it."""
    return {suffix: _R.encode("ascii"), ".csv": wide_csv(frame)}


def render_python(frame: pl.DataFrame, _item_set: ItemSet, suffix: str) -> dict[str, bytes]:
    """A Python script and the sorts as CSV beside it."""
    return {suffix: _PYTHON.encode("ascii"), ".csv": wide_csv(frame)}
