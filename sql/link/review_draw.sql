-- Purpose: draws a sample of pairs for clerks, as many from each bin of odds and group as there is room for.
-- Grain: one row a pair, in an order that tells nothing. Inputs: linkage.pair, warehouse.patient; threshold, lowest bin, highest
--   bin, how many. The draw is by a digest of the keys: the same each time.
with told as (
    select k.left_key,
           k.right_key,
           l.feed as left_feed,
           l.sender as left_sender,
           r.feed as right_feed,
           r.sender as right_sender,
           round(k.odds * 2) / 2 as odds,
           k.outcome,
           k.pattern,
           least($3::integer, greatest($2::integer, floor(k.odds::double precision - $1::double precision)::integer)) as bin,
           case when l.person_key = r.person_key then 'linked'
                when k.outcome = 'below' then 'open'
                else 'barred'
           end as bin_group,
           md5(k.left_key::text || k.right_key::text) as lot
      from linkage.pair as k
      join warehouse.patient as l on l.patient_key = k.left_key
      join warehouse.patient as r on r.patient_key = k.right_key
), counted as (
    select t.*,
           count(*) over (partition by bin, bin_group) as bin_total,
           row_number() over (partition by bin, bin_group order by lot) as place
      from told as t
), drawn as (
    select *
      from counted
     order by place, bin, bin_group
     limit $4::bigint
)
select left_key, right_key, left_feed, left_sender, right_feed, right_sender, odds, outcome, pattern, bin, bin_group, bin_total
  from drawn
 order by lot
