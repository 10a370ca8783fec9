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

-- A referral is one of employment support if its team is, and then all its direct contacts count;
-- or if a direct contact carries the SNOMED code, and then those contacts count. A code qualified
-- as refused does not. counts_for are the months a period may end in for the contact to lie in its
-- window.
create temporary table mhs116_contact on commit drop as
with support_contact as (
    select c.delivery_id, c.contact_key
      from pg_temp.referral_team t
      join warehouse.measure_code s on s.set_name = 'ips_team' and s.code = t.team_type
      join pg_temp.direct_contact c
        on c.delivery_id = t.delivery_id and c.referral_key = t.referral_key
       and c.reporting_month between s.first_month and s.last_month
     union
    select c.delivery_id, c.contact_key
      from warehouse.care_activity a
      join warehouse.measure_code s on s.set_name = 'ips_procedure' and s.code = a.procedure_code
      join pg_temp.direct_contact c
        on c.delivery_id = a.delivery_id and c.contact_key = a.contact_key
       and c.reporting_month between s.first_month and s.last_month
      left join warehouse.measure_code refused
        on refused.set_name = 'refused_qualifier' and refused.code = a.procedure_qualifier
     where refused.code is null
)
select r.delivery_id, r.referral_key, r.patient_key, r.provider, r.sub_icb,
       int4multirange(int4range(r.reporting_month, r.reporting_month + 12)) as counts_for,
       c.contact_date, c.contact_time, c.reporting_month, c.row_number,
       row_number() over (partition by r.delivery_id, r.referral_key
                          order by c.contact_date, c.contact_time nulls first,
                                   c.row_number) as place_in_record
  from support_contact s
  join pg_temp.direct_contact c on c.delivery_id = s.delivery_id and c.contact_key = s.contact_key
  join pg_temp.english_referral r
    on r.delivery_id = c.delivery_id and r.referral_key = c.referral_key
 where c.is_direct_or_digital
   and r.received_date >= date '2016-01-01';

-- Each referral once in a window, told by the record of its first contact there: a contact is the
-- first in the periods it counts for in which none before it counts.
create temporary table mhs116_first on commit drop as
with none_before as (
    select *, range_agg(counts_for) over before as before
      from pg_temp.mhs116_contact
     where place_in_record = 1
    window before as (partition by referral_key
                      order by contact_date, contact_time nulls first, reporting_month, row_number
                      rows between unbounded preceding and 1 preceding)
)
select delivery_id, referral_key, patient_key, provider, sub_icb,
       counts_for - coalesce(before, '{}') as first_for
  from none_before
 where not isempty(counts_for - coalesce(before, '{}'));
analyze pg_temp.mhs116_first;

insert into pg_temp.counted
select 'MHS116', p.period_end, f.referral_key, f.provider, f.sub_icb,
       d.age, d.ethnic, d.gender, d.imd_decile, null::boolean
  from pg_temp.mhs116_first f
  join pg_temp.period p on p.feed = 'mhsds' and p.end_month <@ f.first_for
  join pg_temp.record_demography d
    on d.delivery_id = f.delivery_id and d.patient_key = f.patient_key;
