-- Purpose: the row counts of one table of a delivery; the constraint rows_reconcile has the last word.
insert into meta.delivery_table (delivery_id, table_name, received, staged, rejected, duplicate, withheld)
values ($1::bigint, $2, $3::bigint, $4::bigint, $5::bigint, $6::bigint, $7::bigint)
