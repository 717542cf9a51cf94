"""Other programs' files and table formats, in and out; one module a format."""
