# Agreement by session, worked out from the sorts in the .csv beside it (its name and .csv). Base R.
# r: mean Pearson correlation of every pair of raters over the items.
# reliability: of the mean of k raters, after Spearman and Brown: k r / (1 + (k - 1) r).
script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
script <- gsub("~+~", " ", script, fixed = TRUE)  # how Rscript passes blanks on
if (length(script) == 0) script <- sys.frame(1)$ofile
sorts <- read.csv(paste0(script, ".csv"), check.names = FALSE, encoding = "UTF-8",
                  colClasses = c(session = "character", rater = "character"))
items <- grep("^item[0-9]+$", names(sorts), value = TRUE)
rows <- lapply(split(sorts, factor(sorts$session, unique(sorts$session))), function(one) {
  k <- nrow(one)
  if (k < 2) return(NULL)
  pairs <- cor(t(as.matrix(one[, items])))
  r <- pairs[upper.tri(pairs)]
  data.frame(session = one$session[1], raters = paste(one$rater, collapse = ","), n_raters = k,
             n_items = length(items), r = mean(r), r_min = min(r), r_max = max(r),
             reliability = k * mean(r) / (1 + (k - 1) * mean(r)))
})
options(digits = 15)
write.csv(do.call(rbind, rows), row.names = FALSE)
