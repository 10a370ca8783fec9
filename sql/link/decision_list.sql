-- Purpose: every decision there ever was, with its effect.
-- Grain: one row a decision, the newest first. Inputs: linkage.decision, warehouse.patient.
select d.id,
       case when d.same then 'same' else 'apart' end as decision,
       d.left_key,
       d.right_key,
       d.decided_by,
       to_char(d.decided_at, 'YYYY-MM-DD HH24:MI') as decided_at,
       to_char(d.withdrawn_at, 'YYYY-MM-DD HH24:MI') as withdrawn_at,
       case when l.person_key is null or r.person_key is null then 'record is gone'
            when l.person_key = r.person_key then 'one person'
            else 'two persons'
       end as now,
       d.reason
  from linkage.decision as d
  left join warehouse.patient as l on l.patient_key = d.left_key
  left join warehouse.patient as r on r.patient_key = d.right_key
 order by d.id desc
