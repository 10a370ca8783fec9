-- Purpose: the next publication, not yet current, with the deliveries it was computed from.
-- Parameters: 1 run, 2 policy, 3 policy version, 4 SHA-256 of the protected rows in hex, 5 code
--   version.
with new_publication as (
    insert into meta.publication (publication, run_id, policy, policy_version, cube_sha256, code_version)
    select coalesce(max(publication), 0) + 1, $1::bigint, $2, $3, decode($4, 'hex'), $5
      from meta.publication
    returning publication
), trace as (
    insert into meta.publication_delivery (publication, delivery_id)
    select n.publication, d.delivery_id
      from new_publication n
      join meta.delivery d on d.state = 'applied'
)
select publication from new_publication;
