-- Purpose: one organisation's support sessions of a month go into the warehouse.
-- Grain: warehouse.support_session, one row a client's session.
-- Inputs: pg_temp.stage_session, linkage.postcode_area.
-- Owner of the definition: docs/feeds/support.md.

delete from warehouse.support_session
 where delivery_id = any (array(select delivery_id from pg_temp.replaced_delivery));
delete from linkage.record
 where delivery_id = any (array(select delivery_id from pg_temp.replaced_delivery));

-- The same client, day, pillar and way of delivery is one session; the row that says it took place
-- counts.
create temporary table unique_session on commit drop as
select distinct on (patient_key, session_date, pillar, delivered_by) *
  from pg_temp.stage_session
 order by patient_key, session_date, pillar, delivered_by, attended desc nulls last, row_number;

-- Each different identity of a client stands by itself, the last row's last; the postcode that counts is the last one given.
insert into linkage.record
       (delivery_id, patient_key, place, feed, sender, period, gp_practice, identity)
select d.delivery_id,
       i.patient_key,
       row_number() over (partition by i.patient_key order by i.last_row),
       d.feed,
       d.sender,
       d.period_start,
       null,
       i.identity
  from (select patient_key, identity, max(row_number) as last_row
          from pg_temp.stage_session
         group by patient_key, identity) i
 cross join pg_temp.this_delivery d;

create temporary table record_postcode on commit drop as
select patient_key,
       (array_agg(postcode order by row_number desc) filter (where postcode is not null))[1] as postcode
  from pg_temp.stage_session
 group by patient_key;

insert into warehouse.support_session
       (delivery_id, provider, month, row_number, patient_key, session_date, age_at_session, pillar,
        delivered_by, attended, ethnic_category, lsoa_2011, council, imd_decile)
select d.delivery_id,
       d.sender,
       d.period_start,
       s.row_number,
       s.patient_key,
       s.session_date,
       s.age_at_session,
       s.pillar,
       s.delivered_by,
       s.attended,
       s.ethnic_category,
       a.lsoa_2011,
       a.council,
       a.imd_decile
  from pg_temp.unique_session s
 cross join pg_temp.this_delivery d
  left join pg_temp.record_postcode o on o.patient_key = s.patient_key
  left join linkage.postcode_area a on a.postcode = o.postcode;

select 'session' as table_name, s.row_number, 'duplicate' as outcome, 'JU2019' as rule_code
  from pg_temp.stage_session s
 where not exists (select from pg_temp.unique_session k where k.row_number = s.row_number);
