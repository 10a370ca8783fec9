-- Purpose: by how many records this linking made the index larger (or, below zero, smaller).
select count(*) filter (where not c.gone and h.change = 'new') - count(*) filter (where c.gone)
  from pg_temp.changed_now as c
  left join linkage.person_history as h
    on h.patient_key = c.patient_key
   and h.run_id = (select max(run_id) from meta.run)
