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
