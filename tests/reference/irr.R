# Makes irr-0.84.1.txt: Rscript tests/reference/irr.R > tests/reference/irr-0.84.1.txt
# Read by tests/stats/test_against_others.py. irr's p values are doubled before 0.82.

suppressPackageStartupMessages(library(irr))
source(file.path("tests", "reference", "say.R"))
say_versions("irr")

say_icc <- function(name, ratings) {
  form <- function(model, type, unit) {
    found <- icc(ratings, model = model, type = type, unit = unit)
    say(paste("icc", name, model, type, unit, sep = "."), found$value, found$Fvalue, found$df1,
        found$df2, found$p.value, found$lbound, found$ubound)
  }
  for (unit in c("single", "average")) {
    form("oneway", "consistency", unit)
    form("twoway", "agreement", unit)
    form("twoway", "consistency", unit)
  }
}
say_icc("table2", table2)
say_icc("lipset", lipset)
say_icc("ccq", ccq)

# Krippendorff (2011), section C: four coders in rows, twelve units in columns.
section_c <- matrix(c(1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA,
                      1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, 3,
                      NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NA,
                      1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA), nrow = 4, byrow = TRUE)
gaps <- t(ccq)
gaps[(row(gaps) * 7 + col(gaps) * 3) %% 11 == 0] <- NA
# With three raters or more irr 0.84.1 is right only where something is missing: without gaps it
# counts k - 1 times as many ratings as there are. So the complete sorts are those of two raters.
for (level in c("nominal", "ordinal", "interval", "ratio")) {
  say(paste0("alpha.section_c.", level), kripp.alpha(section_c, method = level)$value)
  say(paste0("alpha.pair.", level), kripp.alpha(t(ccq[, 1:2]), method = level)$value)
  say(paste0("alpha.gaps.", level), kripp.alpha(gaps, method = level)$value)
}

for (one in 1:3) for (other in (one + 1):4) {
  # Values from 1 up, since kappa2 puts its categories in the order of their letters.
  say(paste("kappa.lipset", one, other, sep = "."),
      kappa2(lipset[, c(one, other)] + 5, weight = "squared")$value)
  say(paste("agree.ccq", one, other, sep = "."),
      agree(ccq[, c(one, other)], tolerance = 0)$value / 100,
      agree(ccq[, c(one, other)], tolerance = 1)$value / 100)
}
