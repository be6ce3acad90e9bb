"""LeakBench: planted personal data goes into a real hub, and every byte that comes out of it is searched. See docs/leakbench.md."""
