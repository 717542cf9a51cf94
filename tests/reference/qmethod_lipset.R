# Makes tests/stats/data/lipset/expected_*.csv, byte for byte: Rscript tests/reference/qmethod_lipset.R
# R package qmethod 1.8.4 (principal components by psych::principal, rotation by stats::varimax),
# run with R 4.2.2 and psych 2.2.9.

suppressPackageStartupMessages(library(qmethod))
data(lipset)
sorts <- lipset$ldata

write_table <- function(x, name, rows) {
  labels <- sub("^sta_", if (rows == "statement" && !grepl("distinguishing", name)) "" else "sta_",
                rownames(x))
  table <- data.frame(labels, x, check.names = FALSE)
  names(table)[1] <- rows
  if (!anyNA(suppressWarnings(as.integer(labels)))) table[[1]] <- as.integer(labels)
  write.csv(table, file.path("tests", "stats", "data", "lipset", paste0("expected_", name, ".csv")),
            row.names = FALSE)
}

for (method in c("pearson", "spearman"))
  write_table(cor(sorts, method = method), paste0("correlations_", method), "sort")
eigenvalues <- eigen(cor(sorts))$values
write_table(data.frame(eigenvalue = eigenvalues, percent = 100 * eigenvalues / ncol(sorts)),
            "eigenvalues", "component")

for (extraction in c("PCA", "centroid")) {
  solution <- suppressWarnings(qmethod(sorts, nfactors = 3, extraction = extraction,
                                       rotation = "varimax", forced = TRUE,
                                       cor.method = "pearson", silent = TRUE))
  stem <- paste0(tolower(extraction), "_varimax_3f_")
  write_table(solution$loa, paste0(stem, "loadings"), "sort")
  write_table(solution$flagged, paste0(stem, "flags"), "sort")
  write_table(solution$zsc, paste0(stem, "zscores"), "statement")
  write_table(solution$zsc_n, paste0(stem, "factor_scores"), "statement")
  write_table(solution$f_char$characteristics, paste0(stem, "factor_characteristics"), "factor")
  write_table(solution$f_char$cor_zsc, paste0(stem, "zscore_correlations"), "factor")
  write_table(solution$f_char$sd_dif, paste0(stem, "sed"), "factor")
  write_table(solution$qdc, paste0(stem, "distinguishing_consensus"), "statement")
}
