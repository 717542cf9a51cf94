# Makes tests/stats/data/lipset/expected_*.csv.
# R package qmethod 1.8.4 (principal components by psych::principal, rotation by stats::varimax).

library(qmethod)
data(lipset)
sorts <- lipset$ldata

write_table <- function(x, name, ...) {
  write.csv(x, file.path("tests", "stats", "data", "lipset", name), ...)
}

for (method in c("pearson", "spearman")) {
  write_table(cor(sorts, method = method), paste0("expected_correlations_", method, ".csv"))
}
eigenvalues <- eigen(cor(sorts))$values
write_table(
  data.frame(component = seq_along(eigenvalues), eigenvalue = eigenvalues,
             percent = 100 * eigenvalues / ncol(sorts)),
  "expected_eigenvalues.csv", row.names = FALSE
)

for (extraction in c("PCA", "centroid")) {
  solution <- qmethod(sorts, nfactors = 3, extraction = extraction, rotation = "varimax",
                      forced = TRUE, cor.method = "pearson", silent = TRUE)
  stem <- paste0("expected_", tolower(extraction), "_varimax_3f_")
  write_table(solution$loa, paste0(stem, "loadings.csv"))
  write_table(solution$flagged, paste0(stem, "flags.csv"))
  write_table(solution$zsc, paste0(stem, "zscores.csv"))
  write_table(solution$zsc_n, paste0(stem, "factor_scores.csv"))
  write_table(solution$f_char$characteristics, paste0(stem, "factor_characteristics.csv"))
  write_table(solution$f_char$cor_zsc, paste0(stem, "zscore_correlations.csv"))
  write_table(solution$f_char$sd_dif, paste0(stem, "sed.csv"))
  write_table(solution$qdc, paste0(stem, "distinguishing_consensus.csv"))
}
