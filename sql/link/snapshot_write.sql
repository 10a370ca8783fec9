-- Purpose: what this full linking counted: run $1, basis $2, model $3, records $4, capped blocks $5, values $6 (bytea).
with gone as (delete from linkage.snapshot where run_id <> $1::bigint)
insert into linkage.snapshot as s (run_id, basis, model, counted, records, capped, sealed)
values ($1::bigint, $2, $3, $4::bigint, $4::bigint, $5::bigint, $6)
    on conflict (run_id) do update
   set basis = excluded.basis, model = excluded.model, counted = excluded.counted,
       records = excluded.records, capped = excluded.capped, sealed = excluded.sealed
