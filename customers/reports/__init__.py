"""Reads that span the models of customers and write nothing."""
