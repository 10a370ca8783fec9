-- Purpose: the current publication. Grain: one row, none before the first.
select p.publication, p.published_at::timestamp(0) as published_at, p.policy, p.policy_version, p.code_version,
       (select count(*) from meta.publication_delivery d where d.publication = p.publication) as deliveries
  from meta.publication p
 where p.is_current
