-- Purpose: begins a transaction.
begin
