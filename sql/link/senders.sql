-- Purpose: who sent what is applied.
-- Grain: one row a feed and sender. Inputs: meta.delivery.
select distinct feed, sender
  from meta.delivery
 where state = 'applied'
 order by feed, sender
