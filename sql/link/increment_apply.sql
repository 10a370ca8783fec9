-- Purpose: puts what was decided of the records of tonight and their neighbours in the place of what was decided before; what came
-- out as it was is not touched. Then as apply.sql: warehouse.patient, and every change of a person_key.
-- Inputs: pg_temp.link_now (records decided), pair_now (their pairs), changed_now (records whose own identities changed, or that
-- went); linkage.record.
analyze pg_temp.link_now, pg_temp.pair_now, pg_temp.changed_now;

-- Who was there before, and as whom: looked up once. Nobody else has anything stored.
create temporary table moved_now on commit drop as
select d.patient_key, d.person_key, d.step, p.person_key as old_person_key, p.step as old_step
  from pg_temp.link_now as d
  left join warehouse.patient as p on p.patient_key = d.patient_key;
create temporary table known_now on commit drop as
select patient_key from pg_temp.moved_now where old_person_key is not null
 union all
select patient_key from pg_temp.changed_now where gone;
analyze pg_temp.moved_now, pg_temp.known_now;

delete from linkage.pair as p
 using pg_temp.known_now as k
 where p.left_key = k.patient_key
   and not exists (select from pg_temp.pair_now as n where n.left_key = p.left_key and n.right_key = p.right_key);

delete from linkage.pair as p
 using pg_temp.known_now as k
 where p.right_key = k.patient_key
   and not exists (select from pg_temp.pair_now as n where n.left_key = p.left_key and n.right_key = p.right_key);

insert into linkage.pair as p
select * from pg_temp.pair_now
    on conflict (left_key, right_key) do update
   set weight = excluded.weight, odds = excluded.odds, lead = excluded.lead, outcome = excluded.outcome, pattern = excluded.pattern
 where (p.weight, p.odds, p.lead, p.outcome, p.pattern)
       is distinct from (excluded.weight, excluded.odds, excluded.lead, excluded.outcome, excluded.pattern);

delete from linkage.link as l
 using pg_temp.changed_now as c
 where c.gone
   and l.patient_key = c.patient_key;

update linkage.link as l
   set person_key = n.person_key, step = n.step, partner = n.partner, weight = n.weight, odds = n.odds, lead = n.lead,
       flags = n.flags, fingerprint = n.fingerprint, model_version = n.model_version, key_version = n.key_version, run_id = n.run_id
  from pg_temp.known_now as k
  join pg_temp.link_now as n on n.patient_key = k.patient_key
 where l.patient_key = k.patient_key
   and (l.person_key, l.step, l.partner, l.weight, l.odds, l.lead, l.flags, l.fingerprint)
       is distinct from (n.person_key, n.step, n.partner, n.weight, n.odds, n.lead, n.flags, n.fingerprint);

insert into linkage.link
select n.*
  from pg_temp.moved_now as m
  join pg_temp.link_now as n on n.patient_key = m.patient_key
 where m.old_person_key is null
 order by n.patient_key;

set local enable_hashjoin = on;
insert into linkage.person_history (run_id, patient_key, old_person_key, new_person_key, change)
select (select max(run_id) from meta.run), d.patient_key, d.old_person_key, d.person_key,
       case when d.old_person_key is null then 'new'
            when g.new_keys = 1 then 'merged'
            else 'split'
       end
  from pg_temp.moved_now as d
  left join (select m.old_person_key, count(distinct m.person_key) as new_keys
               from pg_temp.moved_now as m
              where m.old_person_key is not null
              group by m.old_person_key) as g on g.old_person_key = d.old_person_key
 where d.old_person_key is distinct from d.person_key
 order by d.patient_key
    on conflict (run_id, patient_key) do nothing;
set local enable_hashjoin = off;

delete from warehouse.patient as p
 using pg_temp.changed_now as c
 where c.gone
   and p.patient_key = c.patient_key;

update warehouse.patient as p
   set person_key = m.person_key, step = m.step
  from pg_temp.moved_now as m
 where p.patient_key = m.patient_key
   and m.old_person_key is not null
   and (m.old_person_key, m.old_step) is distinct from (m.person_key, m.step);

insert into warehouse.patient (patient_key, person_key, feed, sender, step)
select m.patient_key, m.person_key, s.feed, s.sender, m.step
  from pg_temp.moved_now as m
 cross join lateral (select min(r.feed) as feed, min(r.sender) as sender
                       from linkage.record as r
                      where r.patient_key = m.patient_key) as s
 where m.old_person_key is null
 order by m.patient_key;
