-- Purpose: the records that are one person with this one.
-- Grain: one row a record, the founder first. Inputs: warehouse.patient, linkage.link.
select m.patient_key,
       m.feed,
       m.sender,
       l.step,
       l.partner,
       round(l.weight)::integer as weight,
       round(l.odds)::integer as odds
  from warehouse.patient as p
  join warehouse.patient as m on m.person_key = p.person_key
  join linkage.link as l on l.patient_key = m.patient_key
 where p.patient_key = $1::uuid
 order by m.patient_key <> m.person_key, l.odds desc, m.patient_key
 limit 100
