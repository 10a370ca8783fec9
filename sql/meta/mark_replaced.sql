-- Purpose: the deliveries whose place $1 takes: same feed ($2), sender ($3) and period ($4), still applied.
-- Fills pg_temp.replaced_delivery for the load file and marks the ledger.
with replaced as (
    update meta.delivery
       set state = 'replaced', replaced_by = $1::bigint
     where feed = $2 and sender = $3
       and period_start is not distinct from $4::date
       and state = 'applied' and delivery_id <> $1::bigint
    returning delivery_id
)
insert into pg_temp.replaced_delivery
select delivery_id from replaced
