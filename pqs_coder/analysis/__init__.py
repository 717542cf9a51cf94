"""The questions a lead asks, answered as polars frames."""
