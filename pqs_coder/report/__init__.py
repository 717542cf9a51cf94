"""Tables, plots, the report and the methods text."""
