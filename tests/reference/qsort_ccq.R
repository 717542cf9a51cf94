# Makes the expected scores in tests/stats/data/criteria/. R package qsort 0.2.3.

library(qsort)
folder <- file.path("tests", "stats", "data", "criteria")
sorts <- ex_qsort$ccq
criteria <- qsets$ccq

write.csv(sorts, file.path(folder, "ccq_example_sorts.csv"), row.names = FALSE)

# Rounded to three digits by the package itself.
scores <- qsort_score(sorts, qset = "ccq", item1 = "ccq1", subj_id = "participant",
                      group_id = "classroom")
write.csv(scores, file.path(folder, "ccq_expected_scores.csv"), row.names = FALSE)

# The same correlations in full precision: what qsort_score computes before it rounds.
names_c <- c("scomp_c", "sest_c", "egores_c", "egocont_c", "sdes_c")
full <- cor(t(as.matrix(sorts[, paste0("ccq", 1:100)])), criteria[, names_c])
write.csv(cbind(case = seq_len(nrow(full)), full),
          file.path(folder, "ccq_expected_criterion_correlations_full_precision.csv"),
          row.names = FALSE)
