-- Purpose: the decisions the last linking knew, as decisions.sql gives them.
select left_key, right_key, same
  from linkage.decision_linked
 order by left_key, right_key
