-- code: MHS116
-- title: Referrals with contact with an Individual Placement and Support service
-- unit: referrals
-- window: 12 months
-- kind: count
-- numerator: none
-- feed: mhsds
-- source: NHS England, Mental Health Services Monthly Statistics, measure MHS116
-- caveats: counts referrals, not people; rolling 12 months, not the financial year that targets of
--   employment support are set in; the first 11 months of a site have short windows

-- Owner of the definition: NHS England; docs/measures.md, "MHS116".
-- Inputs: pg_temp.period, english_referral, referral_team, direct_contact, warehouse.care_activity.
-- Grain of the result: referral, period.

-- A referral received since 2016 is one of employment support if its team is, and then all its direct
-- contacts count; or if a direct contact carries the SNOMED code, and then those contacts count. A code
-- qualified as refused does not.
create temporary table ips_team_referral on commit drop as
select distinct r.delivery_id, r.referral_key
  from pg_temp.english_referral r
  join pg_temp.referral_team t on t.delivery_id = r.delivery_id and t.referral_key = r.referral_key
  join warehouse.measure_code s
    on s.set_name = 'ips_team' and s.code = t.team_type
   and r.reporting_month between s.first_month and s.last_month;

create temporary table ips_coded_contact on commit drop as
select distinct c.delivery_id, c.contact_key
  from warehouse.care_activity a
  join warehouse.measure_code s on s.set_name = 'ips_procedure' and s.code = a.procedure_code
  join pg_temp.direct_contact c
    on c.delivery_id = a.delivery_id and c.contact_key = a.contact_key
   and c.reporting_month between s.first_month and s.last_month
  left join warehouse.measure_code refused
    on refused.set_name = 'refused_qualifier' and refused.code = a.procedure_qualifier
 where refused.code is null;
analyze pg_temp.ips_team_referral, pg_temp.ips_coded_contact;

create temporary table mhs116_contact on commit drop as
select r.delivery_id, r.referral_key, r.patient_key, r.provider, r.sub_icb, r.reporting_month,
       c.contact_date, c.contact_time, c.row_number
  from pg_temp.english_referral r
  join pg_temp.direct_contact c
    on c.delivery_id = r.delivery_id and c.referral_key = r.referral_key and c.is_direct_or_digital
  left join pg_temp.ips_team_referral t
    on t.delivery_id = c.delivery_id and t.referral_key = c.referral_key
  left join pg_temp.ips_coded_contact k
    on k.delivery_id = c.delivery_id and k.contact_key = c.contact_key
 where r.received_date >= date '2016-01-01'
   and (t.referral_key is not null or k.contact_key is not null);
analyze pg_temp.mhs116_contact;

-- Each referral once in a window, told by the record of its first contact there.
insert into pg_temp.counted
select distinct on (p.period_end, c.referral_key)
       'MHS116', p.period_end, c.referral_key, c.provider, c.sub_icb,
       d.age, d.ethnic, d.gender, d.imd_decile, null::boolean
  from pg_temp.period p
  join pg_temp.mhs116_contact c on c.reporting_month between p.start_month and p.end_month
  join pg_temp.record_demography d
    on d.delivery_id = c.delivery_id and d.patient_key = c.patient_key
 where p.feed = 'mhsds'
 order by p.period_end, c.referral_key, c.contact_date, c.contact_time nulls first,
          c.reporting_month, c.row_number;
