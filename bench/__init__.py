"""Speed as a ratio to the same work done with nothing of ours, in one run on one machine: docs/performance.md."""
