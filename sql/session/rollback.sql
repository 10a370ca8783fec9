-- Purpose: gives a transaction up.
rollback
