-- Purpose: makes warehouse.patient say what linkage decided, and records every change of a person_key.
-- A group that stays together under a new key, or joins another, was merged; one that parts was split.
-- Inputs: linkage.link, just written; linkage.record.
analyze linkage.link;

insert into linkage.person_history (run_id, patient_key, old_person_key, new_person_key, change)
select (select max(run_id) from meta.run), d.patient_key, p.person_key, d.person_key,
       case when p.patient_key is null then 'new'
            when g.new_keys = 1 then 'merged'
            else 'split'
       end
  from linkage.link as d
  left join warehouse.patient as p on p.patient_key = d.patient_key
  left join (select was.person_key, count(distinct now.person_key) as new_keys
               from warehouse.patient as was
               join linkage.link as now on now.patient_key = was.patient_key
              group by was.person_key) as g on g.person_key = p.person_key
 where p.person_key is distinct from d.person_key
    on conflict (run_id, patient_key) do nothing;

delete from warehouse.patient as p
 where not exists (select from linkage.link as d where d.patient_key = p.patient_key);

insert into warehouse.patient as p (patient_key, person_key, feed, sender, step)
select d.patient_key, d.person_key, s.feed, s.sender, d.step
  from linkage.link as d
  join (select patient_key, min(feed) as feed, min(sender) as sender
          from linkage.record
         group by patient_key) as s on s.patient_key = d.patient_key
    on conflict (patient_key) do update
   set person_key = excluded.person_key, feed = excluded.feed, sender = excluded.sender, step = excluded.step
 where (p.person_key, p.step) is distinct from (excluded.person_key, excluded.step);
