-- Purpose: deliveries by feed and state. Grain: one row a feed.
select feed,
       count(*) filter (where state = 'applied') as applied,
       count(*) filter (where state = 'replaced') as replaced,
       count(*) filter (where state = 'superseded') as superseded,
       count(*) filter (where state = 'refused') as refused
  from meta.delivery
 group by feed
 order by feed
