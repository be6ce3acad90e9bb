"""One room after another, by itself; the folders mirror the packages."""
