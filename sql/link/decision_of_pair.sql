-- Purpose: the decision that counts for two records.
-- Grain: one row at most. Inputs: linkage.decision; patient keys.
select id, case when same then 'same' else 'apart' end as decision
  from linkage.decision
 where withdrawn_at is null
   and least(left_key, right_key) = least($1::uuid, $2::uuid)
   and greatest(left_key, right_key) = greatest($1::uuid, $2::uuid)
 order by id desc
 limit 1
