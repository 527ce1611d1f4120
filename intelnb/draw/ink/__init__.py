"""What every picture is drawn with: SVG elements, colours, letters, scales and land."""
