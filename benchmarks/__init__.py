"""The cost of calculating and building, as ratios in one run; absolute times differ between machines."""
