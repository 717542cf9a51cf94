# Makes multicon-1.6.txt: Rscript tests/reference/multicon.R > tests/reference/multicon-1.6.txt
# Read by tests/stats/test_against_others.py. Persons 1 to 6 of its acquaintance sorts stand in
# tests/stats/forced_sorts.py; the rest is not needed by the tests.

suppressPackageStartupMessages({library(multicon); library(psych)})
source(file.path("tests", "reference", "say.R"))
say_versions("multicon", "psych")

data(acq1)
data(acq2)
a <- as.matrix(acq1)[1:6, ]
b <- as.matrix(acq2)[1:6, ]
r <- diag(cor(t(a), t(b)))
say("r", r)
say("squared_distance", rowSums((a - b)^2))
say("spearman_brown", 2 * r / (1 + r))
for (person in 1:6) {
  found <- ICC(cbind(a[person, ], b[person, ]), lmer = FALSE)$results
  for (row in seq_len(6))
    say(paste("icc", person, tolower(found$type[row]), sep = "."),
        found[row, c("ICC", "lower bound", "upper bound")])
}
# All 205 pairs of the package, whole and beyond the mean profile of each role of rater.
found <- Profile.r(acq1, acq2, distinct = TRUE)$Tests
say("profile.overall", found["N", 1], found["Mean", 1], found["baseline", 1])
say("profile.distinctive", found["N", 2], found["Mean", 2])
