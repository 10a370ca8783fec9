-- Purpose: the next part of the table that sql/rotate/open.sql opened.
fetch 20000 from rotated_rows
