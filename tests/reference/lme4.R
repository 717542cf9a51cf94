# Makes lme4-1.1-31.txt: Rscript tests/reference/lme4.R > tests/reference/lme4-1.1-31.txt
# Read by tests/stats/test_against_others.py. The means of the sorts are fixed effects, as every forced
# sort has the same mean; item, item x session and item x rater are random; restricted likelihood.

suppressPackageStartupMessages(library(lme4))
source(file.path("tests", "reference", "say.R"))
say_versions("lme4")

components <- function(name, wide, raters) {
  items <- as.matrix(wide[, -(1:2)])
  long <- data.frame(pile = as.vector(items), sort = factor(rep(seq_len(nrow(items)), ncol(items))),
                     item = factor(rep(seq_len(ncol(items)), each = nrow(items))),
                     session = factor(rep(wide$session, ncol(items))),
                     rater = factor(rep(wide$rater, ncol(items))))
  model <- pile ~ 0 + sort + (1 | item) + (1 | item:session)
  if (raters) model <- update(model, . ~ . + (1 | item:rater))
  fit <- lmer(model, long, REML = TRUE,
              control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
  part <- as.data.frame(VarCorr(fit))
  for (row in seq_len(nrow(part))) say(paste(name, part$grp[row], sep = "."), part$vcov[row])
}
components("rotating", rotating, TRUE)
components("nested", rotating[rotating$session <= 9, ], FALSE)
lipset_design <- data.frame(session = c(1, 1, 1, 2, 2, 3, 3, 4, 4),
                            rater = c("a", "b", "c", "a", "b", "b", "c", "c", "a"), t(lipset))
components("lipset", lipset_design, TRUE)
