-- Purpose: what stewards decided, the latest word on each pair.
-- Grain: one row a pair, the smaller key left. Inputs: linkage.decision.
select distinct on (least(left_key, right_key), greatest(left_key, right_key))
       least(left_key, right_key), greatest(left_key, right_key), same
  from linkage.decision
 where withdrawn_at is null
 order by least(left_key, right_key), greatest(left_key, right_key), id desc
