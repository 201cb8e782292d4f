"""Pages of the own profile, of people, notices and the audit trail."""
