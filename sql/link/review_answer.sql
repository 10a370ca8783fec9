-- Purpose: writes a clerk's answer; a later one takes the place of an earlier one.
-- Grain: the pair, or no row when it was never drawn. Inputs: batch, pair, answer, who.
update linkage.review
   set answer = $3,
       answered_by = $4,
       answered_at = now()
 where batch = $1
   and pair = $2::integer
returning left_key, right_key
