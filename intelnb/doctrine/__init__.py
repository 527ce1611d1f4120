"""The trade's code tables, as versioned data files, and the rules on them."""
