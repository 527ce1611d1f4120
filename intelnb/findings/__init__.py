"""One file per section of a page: Results in, a Finding out."""
