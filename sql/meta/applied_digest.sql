-- Purpose: a digest of the set of applied deliveries: links and figures computed for it are up to date.
select coalesce(md5(string_agg(delivery_id::text, ',' order by delivery_id)), '')
  from meta.delivery
 where state = 'applied'
