-- Purpose: the current publication, and whether it was made from the deliveries that are applied
--   now.
-- Grain: at most one row.
select p.publication, encode(p.cube_sha256, 'hex') as cube_sha256, p.policy, p.policy_version,
       not exists (
           select from (select delivery_id from meta.delivery where state = 'applied') a
             full join (select delivery_id from meta.publication_delivery
                         where publication = p.publication) d using (delivery_id)
            where a.delivery_id is null or d.delivery_id is null) as same_deliveries
  from meta.publication p
 where p.is_current;
