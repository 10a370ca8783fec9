-- Purpose: done with the table that sql/rotate/open.sql opened.
close rotated_rows
