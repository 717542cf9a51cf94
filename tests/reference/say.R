# Prints a line "name value value ..." in full precision; the other scripts source this.

say <- function(name, ...) {
  values <- unlist(list(...), use.names = FALSE)
  cat(name, formatC(as.numeric(values), digits = 15, format = "g"), "\n")
}

say_versions <- function(...) {
  packages <- c(...)
  versions <- vapply(packages, function(p) as.character(packageVersion(p)), "")
  cat("#", paste0("R ", getRversion(), collapse = ""),
      paste(packages, versions, sep = " ", collapse = ", "), sep = " ", fill = TRUE)
}

# Shrout & Fleiss (1979), table 2: six targets in rows, four judges in columns.
table2 <- matrix(c(9, 2, 5, 8,
                   6, 1, 3, 2,
                   8, 4, 6, 8,
                   7, 1, 2, 6,
                   10, 5, 6, 9,
                   6, 2, 4, 7), ncol = 4, byrow = TRUE)

data_file <- function(...) file.path("tests", "stats", "data", ...)

# Nine forced sorts in columns, 33 statements in rows.
lipset <- as.matrix(read.csv(data_file("lipset", "sorts.csv"))[, -1])
# Ten sorts and five criterion sorts of 100 items, items in rows.
ccq <- t(as.matrix(read.csv(data_file("criteria", "ccq_example_sorts.csv"))[, -(1:2)]))
criteria <- as.matrix(read.csv(data_file("criteria", "ccq_criterion_sorts_and_scales.csv"))[, 2:6])
# Twelve sessions by two or three of five raters in turn: a row a sort, forced into 3 5 7 3 2.
rotating <- read.csv(file.path("tests", "reference", "rotating_sorts.csv"))
