"""Pictures of disclosed Results: SVG with words; nothing is computed here."""
