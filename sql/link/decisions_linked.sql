-- Purpose: the decisions the last linking knew, in binary, in no order.
select left_key, right_key, same
  from linkage.decision_linked
