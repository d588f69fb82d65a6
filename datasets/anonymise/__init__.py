"""A folder of confidential scans and tables -> a pool that is pseudonymous, what was held back, and an audit."""
