# Makes the sorts, criteria and expected scores in tests/stats/data/criteria/, byte for byte
# but for the sixteenth digit: Rscript tests/reference/qsort_ccq.R. R package qsort 0.2.3, R 4.2.2.

suppressPackageStartupMessages(library(qsort))
write_table <- function(x, name)
  write.csv(x, file.path("tests", "stats", "data", "criteria", paste0(name, ".csv")),
            row.names = FALSE)

names_c <- c("scomp_c", "sest_c", "egores_c", "egocont_c", "sdes_c")
sorts <- ex_qsort$ccq
write_table(sorts, "ccq_example_sorts")
write_table(qset_ccq[, c("item", names_c, "shields_s_inv")], "ccq_criterion_sorts_and_scales")

# Rounded to three digits by the package itself.
scores <- qsort_score(sorts, qset_ccq, qsort_length = 100, item1 = "ccq1",
                      subj_id = "participant")
write_table(scores, "ccq_expected_scores")

# The same correlations in full precision: what qsort_score computes before it rounds.
full <- cor(t(as.matrix(sorts[, paste0("ccq", 1:100)])), qset_ccq[, names_c])
write_table(cbind(case = seq_len(nrow(full)), full),
            "ccq_expected_criterion_correlations_full_precision")
