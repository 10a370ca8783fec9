-- Purpose: made-up submissions at random (the same each time), dense in the things that interact:
--   team changes, spells, moves, ages about 18, two providers. They span April 2023 and three
--   financial years.
-- Grain: 300 people, 20 months from October 2022. Needs measures_fixture.sql.
select setseed(0.25);

insert into warehouse.practice (practice_code, name, sub_icb, delivery_id)
values ('Z00001', 'FIRST SURGERY', 'AA1', 1), ('Z00002', 'SECOND SURGERY', 'BB2', 1);

create temporary table month_in as
select m::date as month from generate_series(timestamp '2022-10-01', '2024-05-01', interval '1 month') m;

select test.submit('mhsds', p, m.month) from month_in m, unnest('{X1,X2,DFC}'::text[]) p;

-- A person's two patients, one at each of two providers.
create temporary table one as
select i, p.provider, test.key(p.provider || i) as patient_key
  from generate_series(1, 300) i
 cross join lateral (select (array['X1', 'X2', 'DFC'])[1 + (i + n) % 3] as provider from generate_series(0, 1) n) p;
insert into warehouse.patient select patient_key, test.key('person ' || i), 'mhsds', provider, 'alone' from one;

insert into warehouse.patient_month (delivery_id, provider, month, reporting_month, submitted_at, row_number,
            patient_key, nhs_number_present, age_at_period_end, died, sub_icb_of_practice, council)
select test.delivery('mhsds', o.provider, m.month), o.provider, m.month, test.month_id(m.month),
       m.month + 40, o.i, o.patient_key, true, 20, false, (array['AA1', 'BB2', null, 'XX9'])[1 + floor(random() * 4)],
       (array['E09000023', 'E09000023', 'E09000023', null, '', 'W06000015'])[1 + floor(random() * 6)]
  from one o, month_in m
 where random() < 0.6;

insert into warehouse.team_month
select delivery_id, test.key('team ' || t), t
  from meta.delivery, unnest('{A06,A14,D05,Z01}'::text[]) t where feed = 'mhsds';

insert into warehouse.referral_month (delivery_id, provider, month, reporting_month, referral_key, patient_key,
            received_date, age_at_referral, team_key)
select p.delivery_id, p.provider, p.month, p.reporting_month, md5(p.patient_key::text || n)::uuid, p.patient_key,
       case when random() < 0.1 then '2015-12-31' else '2016-01-01' end::date, 17 + floor(random() * 8),
       test.key('team ' || (array['A06', 'A14', 'D05', 'Z01'])[1 + floor(random() * 4)])
  from warehouse.patient_month p, generate_series(1, 2) n
 where random() < 0.7;
insert into warehouse.referral_team_month (delivery_id, referral_key, team_key)
select delivery_id, referral_key, test.key('team ' || (array['A06', 'A14', 'D05', 'Z01'])[1 + floor(random() * 4)])
  from warehouse.referral_month where random() < 0.3;

insert into warehouse.care_contact (delivery_id, provider, month, reporting_month, contact_key, referral_key,
            patient_key, row_number, contact_date, contact_time, attend_status, mechanism)
select r.delivery_id, r.provider, r.month, r.reporting_month, md5(r.delivery_id || r.referral_key::text || n)::uuid,
       r.referral_key, r.patient_key, row_number() over (order by r.delivery_id, r.referral_key, n), r.month + floor(random() * 4)::int,
       case when random() < 0.5 then '10:00'::time end, (array['5', '6', '3'])[1 + floor(random() * 3)],
       (array['01', '11', '05'])[1 + floor(random() * 3)]
  from warehouse.referral_month r, generate_series(1, 2) n
 where random() < 0.35;
insert into warehouse.care_activity (delivery_id, activity_key, contact_key, procedure_code, procedure_qualifier)
select delivery_id, md5(contact_key::text)::uuid, contact_key, (array['772822000', '1082621000000104', '1'])[1 + floor(random() * 3)],
       case when random() < 0.3 then '443390004' end
  from warehouse.care_contact where random() < 0.2;
insert into warehouse.hospital_spell (delivery_id, provider, month, reporting_month, spell_key, referral_key, patient_key, start_date)
select delivery_id, provider, month, reporting_month, md5(delivery_id || referral_key::text)::uuid, referral_key, patient_key, month
  from warehouse.referral_month where random() < 0.04;
