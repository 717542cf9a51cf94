"""The sections of a report, one module each: material in, a `Section` out."""
