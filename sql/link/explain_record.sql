-- Purpose: how one record came to its person.
-- Grain: one row, or none when there is no such record. Inputs: warehouse.patient, linkage.link, linkage.record.
-- Weights are in whole bits: exact ones would tell how rare a name is.
select p.patient_key,
       p.person_key,
       p.feed,
       p.sender,
       l.step,
       l.partner,
       round(l.weight)::integer as weight,
       round(l.odds)::integer as odds,
       nullif(round(l.lead), 99)::integer as lead,
       array_to_string(l.flags, ' ') as flags,
       r.first_period,
       r.last_period,
       r.identities,
       left(l.model_version, 8) as model,
       l.key_version as key,
       l.run_id as run
  from warehouse.patient as p
  join linkage.link as l on l.patient_key = p.patient_key
 cross join lateral (select min(i.period) as first_period,
                            max(i.period) as last_period,
                            count(distinct i.identity) as identities
                       from linkage.record as i
                      where i.patient_key = p.patient_key) as r
 where p.patient_key = $1::uuid
