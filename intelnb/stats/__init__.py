"""Pure array statistics: arrays in, arrays or frozen records out, one method a file."""
