-- Purpose: which deliveries the records of a linkage come from, and what was left out of them.
-- Grain: one row a feed that brought records. Inputs: meta.delivery, meta.delivery_table, linkage.record.
select d.feed,
       count(distinct d.sender) as senders,
       count(distinct d.delivery_id) as deliveries,
       coalesce(min(d.period_start)::text, '') as first_day,
       coalesce(max(d.period_end)::text, '') as last_day,
       coalesce(sum(t.received), 0) as received,
       coalesce(sum(t.staged), 0) as staged,
       coalesce(sum(t.rejected), 0) as rejected,
       coalesce(sum(t.duplicate), 0) as duplicate,
       coalesce(sum(t.withheld), 0) as withheld
  from meta.delivery as d
  left join meta.delivery_table as t on t.delivery_id = d.delivery_id
 where d.state = 'applied'
   and d.feed in (select r.feed from linkage.record as r)
 group by d.feed
 order by d.feed
