"""What one audience may have: reduced Results, and the scan that proves it."""
