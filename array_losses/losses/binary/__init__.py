"""Binary losses."""
