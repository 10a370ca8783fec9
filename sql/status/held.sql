-- Purpose: refused deliveries, newest first, and why. Grain: one row a delivery; at most 50.
select delivery_id, feed, file_name, error_code, error_text, received_at::timestamp(0) as received_at
  from meta.delivery
 where state = 'refused'
 order by received_at desc, delivery_id
 limit 50
