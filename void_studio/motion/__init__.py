"""Motion between frames: homographies, dense flow, residuals."""
