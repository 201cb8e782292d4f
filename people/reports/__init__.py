"""What the pages of people, notices and the audit trail show."""
