-- Purpose: writes a clerk's answer; a later one takes the place of an earlier one.
-- Grain: the pair and what it was answered before, or no row when it was never drawn. Inputs: batch, pair, answer, who.
update linkage.review as r
   set answer = $3,
       answered_by = $4,
       answered_at = now()
  from linkage.review as before
 where r.batch = $1
   and r.pair = $2::integer
   and before.batch = r.batch
   and before.pair = r.pair
returning r.left_key, r.right_key, before.answer, before.answered_by
