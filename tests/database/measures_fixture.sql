-- Purpose: short words for made-up submissions, so that a case of a measure is one line each. Rows
--   go
-- straight into the warehouse, as the loader would leave them.
-- Every case has a provider (or practice) and patients of its own, so its figure stands alone.

create schema test;

create function test.key(name text) returns uuid
language sql immutable as $$ select md5(name)::uuid $$;

create function test.delivery(feed text, sender text, day date) returns bigint
language sql immutable as $$ select ('x' || left(md5(feed || sender || day), 15))::bit(60)::bigint $$;

create function test.month_id(month date) returns integer
language sql immutable as $$
    select ((extract(year from month) - 1900) * 12 + extract(month from month) - 3)::integer
$$;

-- A delivery that is applied; again with the same sender and day = nothing.
create function test.submit(feed text, sender text, day date) returns void
language sql as $$
    insert into meta.delivery (delivery_id, feed, sender, file_name, content_sha256, content_bytes,
                               period_start, period_end, definition_hash, code_version, key_id, state,
                               run_id)
    values (test.delivery(feed, sender, day), feed, sender, 'made-up',
            sha256((feed || sender || day)::bytea), 1, day,
            case feed when 'mhsds' then (day + interval '1 month - 1 day')::date else day end,
            '\x00', 'test', 'test', 'applied', 1)
    on conflict do nothing
$$;

create function test.link(feed text, sender text, person text) returns void
language sql as $$
    insert into warehouse.patient (patient_key, person_key, feed, sender, step)
    values (test.key(sender || person), test.key('person ' || person), feed, sender, 'alone')
    on conflict do nothing
$$;

-- A person in a provider's month.
create function test.patient(provider text, month date, person text, council text default 'E09000023',
                             practice_sub_icb text default null, home_sub_icb text default null,
                             age integer default 40, ethnic text default null,
                             gender_identity text default null, gender_stated text default null,
                             imd_decile integer default null, submitted date default null) returns void
language plpgsql as $$
begin
    perform test.submit('mhsds', provider, month);
    perform test.link('mhsds', provider, person);
    insert into warehouse.patient_month (delivery_id, provider, month, reporting_month, submitted_at,
                row_number, patient_key, nhs_number_present, age_at_period_start, age_at_period_end,
                gender_identity, gender_stated, ethnic_category, died, sub_icb_of_practice,
                sub_icb_of_residence, council, imd_decile)
    values (test.delivery('mhsds', provider, month), provider, month, test.month_id(month),
            coalesce(submitted, month + 40), 2, test.key(provider || person), false, age, age,
            gender_identity, gender_stated, ethnic, false, practice_sub_icb, home_sub_icb, council,
            imd_decile)
    on conflict do nothing;
end
$$;

-- A referral in a provider's month: teams are the types of its main team and further teams.
create function test.referral(provider text, month date, person text, referral text,
                              teams text[] default '{A06}', age integer default 40,
                              received date default '2024-01-15') returns void
language plpgsql as $$
declare
    delivery bigint := test.delivery('mhsds', provider, month);
begin
    perform test.patient(provider, month, person);
    insert into warehouse.team_month (delivery_id, team_key, team_type)
    select delivery, test.key(provider || t.type), t.type from unnest(teams) as t (type)
    on conflict do nothing;
    insert into warehouse.referral_month (delivery_id, provider, month, reporting_month, referral_key,
                patient_key, received_date, age_at_referral, team_key)
    values (delivery, provider, month, test.month_id(month), test.key(provider || referral),
            test.key(provider || person), received, age, test.key(provider || teams[1]));
    insert into warehouse.referral_team_month (delivery_id, referral_key, team_key)
    select delivery, test.key(provider || referral), test.key(provider || t.type)
      from unnest(teams[2:]) as t (type);
end
$$;

-- A contact, in the provider's month of its date.
create function test.contact(provider text, person text, referral text, day date,
                             attended text default '5', mechanism text default '01',
                             at_time time default '10:00') returns uuid
language plpgsql as $$
declare
    month date := date_trunc('month', day);
    contact uuid := gen_random_uuid();
begin
    insert into warehouse.care_contact (delivery_id, provider, month, reporting_month, contact_key,
                referral_key, patient_key, row_number, contact_date, contact_time, attend_status,
                mechanism)
    values (test.delivery('mhsds', provider, month), provider, month, test.month_id(month), contact,
            test.key(provider || referral), test.key(provider || person),
            (select count(*) + 2 from warehouse.care_contact), day, at_time, attended, mechanism);
    return contact;
end
$$;

create function test.activity(provider text, day date, contact uuid, code text,
                              qualifier text default null) returns void
language sql as $$
    insert into warehouse.care_activity (delivery_id, activity_key, contact_key, procedure_code,
                                         procedure_qualifier)
    values (test.delivery('mhsds', provider, date_trunc('month', day)::date), gen_random_uuid(), contact,
            code, qualifier)
$$;

create function test.spell(provider text, month date, person text, referral text) returns void
language plpgsql as $$
begin
    perform test.patient(provider, month, person);
    insert into warehouse.hospital_spell (delivery_id, provider, month, reporting_month, spell_key,
                referral_key, patient_key, start_date)
    values (test.delivery('mhsds', provider, month), provider, month, test.month_id(month),
            gen_random_uuid(), test.key(provider || referral), test.key(provider || person), month);
end
$$;

-- A person on a practice's register. All six checks are on check_day, but for smoking.
create function test.register(practice text, extracted date, person text, check_day date default null,
                              smoking date default null, register_date date default '2015-01-01',
                              on_register boolean default true, remission boolean default false,
                              sub_icb text default null, age integer default 50,
                              ethnic text default null, sex text default null,
                              imd_decile integer default null) returns void
language plpgsql as $$
begin
    perform test.submit('gp_smi', practice, extracted);
    perform test.link('gp_smi', practice, person);
    insert into warehouse.health_check (delivery_id, practice, extract_date, patient_key, age_at_extract,
                sex, ethnic_category, imd_decile, sub_icb_of_practice, on_smi_register, register_date,
                in_remission, alcohol_date, glucose_hba1c_date, blood_pressure_date, bmi_date, lipid_date,
                smoking_date)
    values (test.delivery('gp_smi', practice, extracted), practice, extracted, test.key(practice || person),
            age, sex, ethnic, imd_decile, sub_icb, on_register, register_date, remission, check_day,
            check_day, check_day, check_day, check_day, smoking);
end
$$;

create table test.expected (
    test_case     text not null,
    measure_id    text not null,
    period_end    date not null,
    breakdown     text not null,
    primary_level text not null,
    value         bigint not null
);

-- What a case should count for its own provider or practice.
create function test.expect(test_case text, measure text, period_end date, provider text, value bigint)
returns void
language sql as $$
    insert into test.expected values (test_case, measure, period_end, 'Provider', provider, value)
$$;
