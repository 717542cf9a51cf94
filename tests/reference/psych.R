# Makes psych-2.2.9.txt: Rscript tests/reference/psych.R > tests/reference/psych-2.2.9.txt
# Read by tests/stats/test_against_others.py.

suppressPackageStartupMessages(library(psych))
source(file.path("tests", "reference", "say.R"))
say_versions("psych")

say_icc <- function(name, ratings) {
  found <- ICC(ratings, lmer = FALSE)$results
  for (row in seq_len(nrow(found)))
    say(paste0(name, ".", tolower(found$type[row])), found[row, c("ICC", "F", "df1", "df2", "p",
                                                                  "lower bound", "upper bound")])
}
say_icc("icc.table2", table2)
say_icc("icc.lipset", lipset)
say_icc("icc.ccq", ccq)

raw_alpha <- function(ratings) {
  capture.output(found <- suppressMessages(suppressWarnings(alpha(ratings, check.keys = FALSE))))
  found$total$raw_alpha
}
say("alpha.table2", raw_alpha(table2))
say("alpha.lipset", raw_alpha(lipset))
say("alpha.ccq", raw_alpha(ccq))

# Quadratic weights are the default. They go by the order of the categories that occur, ours by the
# value: the same here, where each sort fills all nine piles.
for (one in 1:3) for (other in (one + 1):4)
  say(paste("kappa.lipset", one, other, sep = "."),
      suppressWarnings(cohen.kappa(lipset[, c(one, other)])$weighted.kappa))

r <- cor(lipset)
say("fisherz.lipset", fisherz(r[1, -1]))
say("mean_z.lipset", fisherz2r(mean(fisherz(r[upper.tri(r)]))))
for (value in c(-0.3, 0.28, 0.537037, 0.9)) for (n in c(33, 100))
  say(paste("r.con", value, n, sep = ":"), r.con(value, n, 0.95))
for (sort in 1:4)
  say(paste0("partial.ccq.", sort),
      partial.r(data.frame(criteria, sort = ccq[, sort]), c("scomp_c", "sort"), "sdes_c")[1, 2])

# Two correlations with a variable in common: t of Williams, two-sided p.
cases <- list(c(0.61, 0.43, 0.40, 100), c(0.20, 0.55, 0.30, 33), c(-0.25, 0.10, 0.60, 67))
for (case in cases) {
  found <- paired.r(case[1], case[2], case[3], case[4])
  say(paste(c("williams", case), collapse = ":"), found$t, found$p)
}
# Without a common variable: Steiger's z with r12, r34, r13, r14, r23, r24.
found <- r.test(n = 103, r12 = 0.5, r34 = 0.6, r13 = 0.7, r14 = 0.5, r23 = 0.5, r24 = 0.8)
say("steiger.apart", found$z, found$p)

# Principal components turned by varimax until nothing moves: column after column.
unrotated <- suppressWarnings(principal(lipset, 3, rotate = "none", scores = FALSE))
say("eigenvalues.lipset", unrotated$values)
say("varimax.lipset", unclass(varimax(unclass(unrotated$loadings), eps = 1e-14)$loadings))
