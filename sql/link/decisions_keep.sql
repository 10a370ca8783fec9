-- Purpose: remembers the decisions this linking knew.
delete from linkage.decision_linked;

insert into linkage.decision_linked (left_key, right_key, same)
select distinct on (least(left_key, right_key), greatest(left_key, right_key))
       left_key, right_key, same
  from linkage.decision
 where withdrawn_at is null
 order by least(left_key, right_key), greatest(left_key, right_key), id desc
