-- Purpose: tells the load file which delivery this is. Nulls come as empty parameters.
insert into pg_temp.this_delivery
values ($1::bigint, $2, $3, $4, $5::date, $6::date, $7::timestamp)
