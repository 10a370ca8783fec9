-- Purpose: puts what was decided of the records of tonight and their neighbours in the place of what was decided before; what came
-- out as it was is not touched. Then as apply.sql: warehouse.patient, and every change of a person_key.
-- Inputs: pg_temp.link_now (records decided), pair_now (their pairs), changed_now (records whose own identities changed, or that
-- went); linkage.record.
analyze pg_temp.link_now, pg_temp.pair_now, pg_temp.changed_now;

delete from linkage.pair as p
 using pg_temp.link_now as c
 where p.left_key = c.patient_key
   and not exists (select from pg_temp.pair_now as n where n.left_key = p.left_key and n.right_key = p.right_key);

delete from linkage.pair as p
 using pg_temp.changed_now as c
 where c.gone
   and p.left_key = c.patient_key;

delete from linkage.pair as p
 using pg_temp.link_now as c
 where p.right_key = c.patient_key
   and not exists (select from pg_temp.pair_now as n where n.left_key = p.left_key and n.right_key = p.right_key);

delete from linkage.pair as p
 using pg_temp.changed_now as c
 where c.gone
   and p.right_key = c.patient_key;

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

insert into linkage.link as l
select * from pg_temp.link_now
    on conflict (patient_key) do update
   set person_key = excluded.person_key, step = excluded.step, partner = excluded.partner, weight = excluded.weight,
       odds = excluded.odds, lead = excluded.lead, flags = excluded.flags, fingerprint = excluded.fingerprint,
       model_version = excluded.model_version, key_version = excluded.key_version, run_id = excluded.run_id
 where (l.person_key, l.step, l.partner, l.weight, l.odds, l.lead, l.flags, l.fingerprint)
       is distinct from (excluded.person_key, excluded.step, excluded.partner, excluded.weight, excluded.odds, excluded.lead,
                         excluded.flags, excluded.fingerprint);

-- A group whose records all have one new key was merged. (Joins by hash are off, so groups are told by a window.)
insert into linkage.person_history (run_id, patient_key, old_person_key, new_person_key, change)
select (select max(run_id) from meta.run), g.patient_key, g.old_key, g.new_key,
       case when g.old_key is null then 'new'
            when g.first_key = g.last_key then 'merged'
            else 'split'
       end
  from (select d.patient_key,
               p.person_key as old_key,
               d.person_key as new_key,
               min(d.person_key::text) over (partition by p.person_key) as first_key,
               max(d.person_key::text) over (partition by p.person_key) as last_key
          from pg_temp.link_now as d
          left join warehouse.patient as p on p.patient_key = d.patient_key) as g
 where g.old_key is distinct from g.new_key
    on conflict (run_id, patient_key) do nothing;

delete from warehouse.patient as p
 using pg_temp.changed_now as c
 where c.gone
   and p.patient_key = c.patient_key;

insert into warehouse.patient as p (patient_key, person_key, feed, sender, step)
select d.patient_key, d.person_key, s.feed, s.sender, d.step
  from (select d.*
          from pg_temp.link_now as d
          left join warehouse.patient as p on p.patient_key = d.patient_key
         where (p.person_key, p.step) is distinct from (d.person_key, d.step)) as d
 cross join lateral (select min(feed) as feed, min(sender) as sender
                       from linkage.record as r
                      where r.patient_key = d.patient_key) as s
    on conflict (patient_key) do update
   set person_key = excluded.person_key, feed = excluded.feed, sender = excluded.sender, step = excluded.step
 where (p.person_key, p.step) is distinct from (excluded.person_key, excluded.step);
