"""What calculating and building cost, as ratios in one run; absolute times differ from machine to machine."""
