"""What is measured, against whom: `make bench` runs all and prints tables. Figures are ratios of one run; the machine is noisy."""
