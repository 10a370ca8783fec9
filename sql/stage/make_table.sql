-- Purpose: one staging table. $1 table name, $2 column names, $3 column types, as arrays.
select meta.make_staging($1, $2::text[], $3::text[])
