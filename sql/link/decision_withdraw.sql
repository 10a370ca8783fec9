-- Purpose: takes a decision back; the row stays.
-- Grain: the decision, or no row when there is none or it was withdrawn before.
update linkage.decision
   set withdrawn_at = now()
 where id = $1::bigint
   and withdrawn_at is null
returning left_key, right_key
