# Makes the expected values of agreement in tests/stats/test_icc.py and test_alpha.py, and shows
# where the programs differ. R packages psych, irr and multicon 1.6 (the versions of psych and irr
# that made the numbers were not kept; irr's p values are doubled before 0.82).

library(psych)
library(irr)

# Shrout & Fleiss (1979), table 2: six targets, four judges.
table2 <- matrix(c(9, 2, 5, 8,
                   6, 1, 3, 2,
                   8, 4, 6, 8,
                   7, 1, 2, 6,
                   10, 5, 6, 9,
                   6, 2, 4, 7), ncol = 4, byrow = TRUE)

# PSYCH in test_icc.py: all six forms with F, df, p and limits.
options(digits = 15)
print(ICC(table2, lmer = FALSE)$results)

# convention = "irr": the same except df2, p and, for the mean of k, the limits of the agreement forms.
print(icc(table2, model = "twoway", type = "agreement", unit = "single"))
print(icc(table2, model = "twoway", type = "agreement", unit = "average"))
print(icc(table2, model = "oneway", type = "consistency", unit = "single"))
print(icc(table2, model = "twoway", type = "consistency", unit = "average"))

# Krippendorff (2011), section C: four coders in rows, twelve units in columns.
section_c <- matrix(c(1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA,
                      1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, 3,
                      NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NA,
                      1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA), nrow = 4, byrow = TRUE)
for (level in c("nominal", "ordinal", "interval", "ratio"))
  print(kripp.alpha(section_c, method = level)$value)

# The acquaintance sorts: persons 1 to 6 are in tests/stats/forced_sorts.py.
library(multicon)
data(acq1)
data(acq2)
a <- as.matrix(acq1)[1:6, ]
b <- as.matrix(acq2)[1:6, ]
r <- diag(cor(t(a), t(b)))
print(cbind(r = r, d2 = rowSums((a - b)^2), spearman_brown = 2 * r / (1 + r)))
for (person in 1:6) print(ICC(cbind(a[person, ], b[person, ]), lmer = FALSE)$results)
print(Profile.r(acq1, acq2, distinct = TRUE)$Tests)
