-- Purpose: the records that agree best with this one, linked or not.
-- Grain: one row a pair, best odds first. Inputs: linkage.pair, linkage.link, warehouse.patient.
select o.patient_key,
       o.feed,
       o.sender,
       round(k.weight)::integer as weight,
       round(k.odds)::integer as odds,
       nullif(round(k.lead), 99)::integer as lead,
       k.outcome,
       o.person_key = p.person_key as one_person
  from (select right_key as other, weight, odds, lead, outcome from linkage.pair where left_key = $1::uuid
         union all
        select left_key, weight, odds, lead, outcome from linkage.pair where right_key = $1::uuid) as k
  join warehouse.patient as o on o.patient_key = k.other
  join warehouse.patient as p on p.patient_key = $1::uuid
 order by k.odds desc, o.patient_key
 limit 10
