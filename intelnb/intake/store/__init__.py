"""The workspace's accumulating store: exports month by month, each row with where it came from."""
