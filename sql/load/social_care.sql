-- Purpose: one council's file of social care events goes into the warehouse, and what its files say
--   of each other is worked out anew.
-- Grain: warehouse.social_care_event, one row an event of a file.
-- Inputs: pg_temp.stage_event, linkage.postcode_area; all earlier files of the council.
-- Owner of the definition: docs/feeds/social_care.md. Identity of an event, order of outcomes and
--   the fate of open services follow DHSC (github.com/DataS-DHSC/ASC-CLD-LA-Dashboard,
--   de-duplication).

delete from warehouse.social_care_event
 where delivery_id = any (array(select delivery_id from pg_temp.replaced_delivery));
delete from linkage.record
 where delivery_id = any (array(select delivery_id from pg_temp.replaced_delivery));

-- The file has no header: its period is what most of its rows state, else the twelve months to the
-- day in its name. Rows may disagree; a period that ends before it starts says nothing.
create temporary table this_file on commit drop as
select d.delivery_id,
       d.feed,
       d.sender as council,
       d.period_end as extract_date,
       coalesce(stated.period_start,
                (d.period_end - interval '1 year' + interval '1 day')::date) as period_start,
       coalesce(stated.period_end, d.period_end) as period_end
  from pg_temp.this_delivery d
  left join (select period_start, period_end
               from pg_temp.stage_event
              where period_start <= period_end
              group by period_start, period_end
              order by count(*) desc, period_end desc, period_start desc
              limit 1) stated on true;

-- Each different identity of a client stands by itself, the last row's last; the postcode and the practice that count are the last
-- ones given.
create temporary table record_postcode on commit drop as
select patient_key,
       (array_agg(postcode order by row_number desc) filter (where postcode is not null))[1] as postcode,
       (array_agg(gp_practice order by row_number desc) filter (where gp_practice is not null))[1] as gp_practice
  from pg_temp.stage_event
 group by patient_key;

insert into linkage.record
       (delivery_id, patient_key, place, feed, sender, period, gp_practice, identity)
select f.delivery_id,
       i.patient_key,
       row_number() over (partition by i.patient_key order by i.last_row),
       f.feed,
       f.council,
       f.extract_date,
       o.gp_practice,
       i.identity
  from (select patient_key, identity, max(row_number) as last_row
          from pg_temp.stage_event
         group by patient_key, identity) i
  join pg_temp.record_postcode o on o.patient_key = i.patient_key
 cross join pg_temp.this_file f;

-- Texts of no release count as not mapped. A death before the event's end is its end.
create temporary table told_event on commit drop as
select s.row_number,
       s.patient_key,
       coalesce(s.event_type, 'Invalid and not mapped') as event_type,
       s.start_date,
       case when s.death_date >= s.start_date then least(s.end_date, s.death_date)
            else s.end_date
       end as end_date,
       s.client_type,
       s.primary_support_reason,
       s.gender,
       s.ethnic_category,
       s.age_at_start,
       s.accommodation_status,
       case s.settled when 'yes' then true when 'no' then false end as settled_accommodation,
       s.employment_status,
       case s.paid_work when 'yes' then true when 'no' then false end as in_paid_work,
       s.route_of_access,
       s.assessment_type,
       s.service_type,
       s.service_component,
       s.delivery_mechanism,
       s.event_outcome,
       s.outcome_rank::smallint as outcome_rank,
       s.unit_cost,
       s.cost_frequency,
       s.planned_units
  from pg_temp.stage_event s;

-- The same event twice in one file: the row without an end first, then the better outcome, then the
-- later row. The end is part of what an event is, but for services.
create temporary table unique_event on commit drop as
select distinct on (patient_key, event_type, start_date, ended, client_type, route, assessment,
                    service_type, component, delivery_mechanism, unit_cost, frequency,
                    planned_units)
       *
  from (select e.*,
               case when e.event_type <> 'Service' then e.end_date end as ended,
               lower(e.route_of_access) as route,
               lower(e.assessment_type) as assessment,
               lower(e.service_component) as component,
               lower(e.cost_frequency) as frequency
          from pg_temp.told_event e) k
 order by patient_key, event_type, start_date, ended, client_type, route, assessment,
          service_type, component, delivery_mechanism, unit_cost, frequency, planned_units,
          end_date desc nulls first, outcome_rank nulls last, row_number desc;

insert into warehouse.social_care_event
       (delivery_id, council, period_start, period_end, extract_date, row_number, patient_key,
        event_type, start_date, end_date, client_type, primary_support_reason, gender,
        ethnic_category, age_at_start, lsoa_2011, imd_decile, accommodation_status,
        settled_accommodation, employment_status, in_paid_work, route_of_access, assessment_type,
        service_type, service_component, delivery_mechanism, event_outcome, outcome_rank, unit_cost)
select f.delivery_id,
       f.council,
       f.period_start,
       f.period_end,
       f.extract_date,
       e.row_number,
       e.patient_key,
       e.event_type,
       e.start_date,
       e.end_date,
       e.client_type,
       e.primary_support_reason,
       e.gender,
       e.ethnic_category,
       e.age_at_start,
       a.lsoa_2011,
       a.imd_decile,
       e.accommodation_status,
       e.settled_accommodation,
       e.employment_status,
       e.in_paid_work,
       e.route_of_access,
       e.assessment_type,
       e.service_type,
       e.service_component,
       e.delivery_mechanism,
       e.event_outcome,
       e.outcome_rank,
       e.unit_cost
  from pg_temp.unique_event e
 cross join pg_temp.this_file f
  left join pg_temp.record_postcode o on o.patient_key = e.patient_key
  left join linkage.postcode_area a on a.postcode = o.postcode;

-- The council's files in the order in which they speak: the later period, then the later extract.
create temporary table council_file on commit drop as
select f.*,
       row_number() over (order by f.period_end, f.extract_date, f.delivery_id) as place
  from (select distinct e.delivery_id, e.period_start, e.period_end, e.extract_date
          from warehouse.social_care_event e
          join pg_temp.this_file t on t.council = e.council) f;

-- From here on all files of the council are judged together from what they told, so that the
-- outcome is the same whatever order they came in. Between files an event is known without its cost
-- and delivery.
create temporary table council_event on commit drop as
select e.delivery_id,
       e.row_number,
       e.start_date,
       case when not e.end_cropped then e.end_date end as told_end,
       e.event_type = 'Service' and (e.end_cropped or e.end_date is null) as open_service,
       f.place,
       f.period_end,
       max(f.place) over (partition by e.patient_key, e.event_type, e.start_date,
                          case when e.event_type <> 'Service' then e.end_date end, e.client_type,
                          lower(e.route_of_access), lower(e.assessment_type), e.service_type,
                          lower(e.service_component)) as last_place
  from warehouse.social_care_event e
  join pg_temp.this_file t on t.council = e.council
  join pg_temp.council_file f on f.delivery_id = e.delivery_id;

-- A later file covers an event when the event reaches into its period. An open service that the
-- file of a later period no longer tells has ended some time; every other covered event that it
-- leaves out is undone.
create temporary table council_verdict on commit drop as
select v.delivery_id,
       v.row_number,
       v.restated,
       v.ended and not v.restated as end_cropped,
       case when v.ended and not v.restated then greatest(v.start_date, v.period_end)
            else v.told_end
       end as end_date
  from (select e.*,
               e.last_place > e.place
                   or exists (select
                                from pg_temp.council_file l
                               where l.place > e.place
                                 and e.start_date <= l.period_end
                                 and (e.told_end is null or e.told_end >= l.period_start)
                                 and not (e.open_service and l.period_end > e.period_end)
                             ) as restated,
               e.open_service
                   and exists (select
                                 from pg_temp.council_file l
                                where l.place > e.place
                                  and e.start_date <= l.period_end
                                  and l.period_end > e.period_end) as ended
          from pg_temp.council_event e) v;

update warehouse.social_care_event e
   set restated = v.restated,
       end_cropped = v.end_cropped,
       end_date = v.end_date
  from pg_temp.council_verdict v
 where v.delivery_id = e.delivery_id
   and v.row_number = e.row_number
   and (e.restated, e.end_cropped, e.end_date)
       is distinct from (v.restated, v.end_cropped, v.end_date);

select 'event' as table_name, s.row_number, 'duplicate' as outcome, 'JU2019' as rule_code
  from pg_temp.stage_event s
 where not exists (select from pg_temp.unique_event k where k.row_number = s.row_number);
