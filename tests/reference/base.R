# Makes base-4.2.2.txt: Rscript tests/reference/base.R > tests/reference/base-4.2.2.txt
# Read by tests/stats/test_against_others.py. R's own stats, sandwich and effectsize.

suppressPackageStartupMessages({library(sandwich); library(effectsize)})
source(file.path("tests", "reference", "say.R"))
say_versions("stats", "sandwich", "effectsize")

# Groups: the first and the last five of ten sorts, item by item.
one <- ccq[, 1:5]; other <- ccq[, 6:10]
for (item in c(1, 2, 10, 55, 100)) {
  found <- t.test(one[item, ], other[item, ])
  say(paste0("welch.", item), found$statistic, found$parameter, found$p.value, found$conf.int)
  ranks <- suppressWarnings(wilcox.test(one[item, ], other[item, ], exact = FALSE, correct = TRUE))
  say(paste0("mann_whitney.", item), ranks$statistic, ranks$p.value)
  d <- cohens_d(one[item, ], other[item, ], pooled_sd = TRUE)
  g <- hedges_g(one[item, ], other[item, ], pooled_sd = TRUE)
  say(paste0("cohens_d.", item), d$Cohens_d)
  say(paste0("hedges_g.", item), g$Hedges_g)
}
exact <- wilcox.test(c(1.1, 2.3, 0.4, 5.5), c(3.2, 4.1, 6.6, 2.9, 8.8), exact = TRUE)
say("mann_whitney.exact", exact$statistic, exact$p.value)

p <- c(0.011, 0.0004, 0.2, 0.04, 0.04, 0.9, 0.003, 0.06)
say("holm", p.adjust(p, "holm"))
say("benjamini_hochberg", p.adjust(p, "BH"))

# A series of twelve sessions with gaps in their numbers.
number <- c(1, 2, 3, 4, 6, 7, 8, 10, 11, 12, 14, 15)
series <- c(4.1, 3.9, 5.2, 4.8, 5.1, 6.3, 5.9, 5.0, 6.8, 6.1, 7.2, 6.0)
tau <- cor.test(number, series, method = "kendall", exact = TRUE)
say("kendall", tau$estimate, tau$p.value)
fit <- lm(series ~ number)
say("slope.independent", coef(fit)[2], confint(fit)[2, ], summary(fit)$coefficients[2, 4])
run <- seq_along(series)
evenly <- lm(series ~ run)
v <- NeweyWest(evenly, lag = 2, prewhite = FALSE, adjust = TRUE)
say("slope.newey_west", coef(evenly)[2], sqrt(v[2, 2]))

say("spearman.lipset", cor(lipset, method = "spearman"))
