"""Reads that span models and write nothing."""
