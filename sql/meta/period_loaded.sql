-- Purpose: is a delivery of feed $1, sender $2 and period start $3 applied?
select delivery_id
  from meta.delivery
 where feed = $1 and sender = $2 and period_start is not distinct from $3::date and state = 'applied'
