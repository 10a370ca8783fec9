-- Purpose: is a later extract of the same feed ($2), sender ($3) and period ($4) already applied than $5?
-- Equal or unknown times: the later received counts, so the answer is no.
select delivery_id
  from meta.delivery
 where feed = $2 and sender = $3
   and period_start is not distinct from $4::date
   and state = 'applied' and delivery_id <> $1::bigint
   and extract_at > $5::timestamp
 limit 1
